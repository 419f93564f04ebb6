package io.postern.agent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectorStoreTest {
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "own.example");

    @TempDir private Path directory;
    private Path file;
    private ConnectorStore store;

    @BeforeEach
    void open() {
        file = directory.resolve("connectors.json");
        store = new ConnectorStore(file, FRESH);
    }

    @Test
    void aMissingFileIsAFreshServer() throws IOException {
        assertEquals(FRESH, store.load());
    }

    @Test
    void connectorsSurviveARestart() throws IOException {
        List<ReceiveConnector> changed =
                List.of(Connectors.wide(300), Connectors.relay("10.1.2.3", "fd00::/64"));
        store.save(changed);
        List<ReceiveConnector> loaded = new ConnectorStore(file, FRESH).load();
        assertEquals(data(changed), data(loaded));
        store.save(FRESH);
        assertEquals(data(FRESH), data(store.load()));
    }

    @Test
    void noConnectorsAtAllAreNotAFreshServer() throws IOException {
        store.save(List.of());
        assertEquals(List.of(), store.load());
    }

    @Test
    void aHalfWrittenFileOfAnEarlierSaveIsNotRead() throws IOException {
        store.save(List.of(Connectors.wide()));
        Files.writeString(directory.resolve("connectors.json.new"), "[{\"na");
        assertEquals(1, store.load().size());
        store.save(FRESH);
        assertEquals(FRESH.size(), store.load().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "null", "{}", "[null]", "[{}]", "[] []", "[{\"unknown\":1}]", "7"})
    void aDamagedFileIsAnErrorNeverAFreshServer(String content) throws IOException {
        Files.writeString(file, content);
        IOException error = assertThrows(IOException.class, store::load);
        assertTrue(error.getMessage().contains("connectors.json"), error.getMessage());
    }

    private static List<ConnectorData> data(List<ReceiveConnector> connectors) {
        return connectors.stream().map(ConnectorData::of).toList();
    }
}
