package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeCompilerGoldenTest;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cmdlet calls that carry out each golden case of the compiler, with every parameter. Invented:
 * the observed connectors are the compiler's cases, GUIDs are made from names. Run with {@code
 * -Dgolden.write=true} to write them anew, then read the difference.
 */
class ExchangeCallsGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/agent/exchange");

    @TempDir Path directory;

    @TestFactory
    Stream<DynamicTest> eachCaseIsCarriedOutByItsCalls() {
        return ExchangeCompilerGoldenTest.transitions().entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> check(one)));
    }

    private void check(Map.Entry<String, List<List<ReceiveConnector>>> one) throws IOException {
        List<ReceiveConnector> observed = one.getValue().get(0);
        List<ReceiveConnector> desired = one.getValue().get(1);
        Path files = Files.createDirectories(directory.resolve(one.getKey()));
        InMemoryExchange exchange = new InMemoryExchange("EX01", observed);
        FakeShell shell = new FakeShell(exchange);
        ExchangeDriver driver = Servers.open(shell, files);
        StringBuilder calls = new StringBuilder();
        List<ReceiveConnector> read = driver.read();
        note(calls, "Read.", shell);
        for (ConnectorStep step : ConnectorPlan.between(read, desired)) {
            driver.execute(step);
            note(calls, step.description(), shell);
        }
        Path file = ROOT.resolve(one.getKey()).resolve("calls.txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, calls);
        }
        assertEquals(Files.readString(file).replace("\r\n", "\n"), calls.toString());
        assertEquals(names(desired), names(exchange.connectors()));
    }

    private static void note(StringBuilder calls, String what, FakeShell shell) {
        calls.append(calls.isEmpty() ? "" : "\n").append("# ").append(what).append('\n');
        shell.takeCalls().forEach(call -> calls.append(call).append('\n'));
    }

    private static TreeSet<String> names(List<ReceiveConnector> connectors) {
        return connectors.stream()
                .map(ReceiveConnector::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void noFileIsUnused() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        ExchangeCompilerGoldenTest.transitions()
                .keySet()
                .forEach(name -> expected.add(name + "/calls.txt"));
        try (Stream<Path> files = Files.walk(ROOT)) {
            assertEquals(
                    expected,
                    files.filter(Files::isRegularFile)
                            .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }
}
