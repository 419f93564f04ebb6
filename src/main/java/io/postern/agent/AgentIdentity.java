package io.postern.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Who an agent is, as enrolment settled it.
 *
 * @param name its name at the service
 * @param servers the servers it serves, or posts of them; empty = it only probes
 * @param service base URL of the service
 * @param serviceKey the service's public key as a JWK: whatever it did not sign is refused
 */
public record AgentIdentity(String name, List<String> servers, String service, String serviceKey) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public AgentIdentity {
        if (name == null || service == null || serviceKey == null || servers == null) {
            throw new IllegalArgumentException("an identity has name, servers, service and key");
        }
        servers = List.copyOf(servers);
    }

    /** Where the identity lies in a data directory. */
    static Path file(Path data) {
        return data.resolve("identity.json");
    }

    /** Where the agent's own key lies in a data directory. */
    static Path keyFile(Path data) {
        return data.resolve("agent-key.json");
    }

    /**
     * Reads the identity of a data directory.
     *
     * @throws IOException if the agent was not enrolled there, or the file is damaged
     */
    public static AgentIdentity read(Path data) throws IOException {
        Path file = file(data);
        if (!Files.exists(file)) {
            throw new IOException(
                    data + " holds no agent: run 'postern agent enrol --data " + data + "' first");
        }
        try {
            AgentIdentity identity = JSON.readValue(DurableFile.read(file), AgentIdentity.class);
            if (identity == null) {
                throw new IOException(file + " is damaged: it is empty");
            }
            return identity;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    void write(Path data) throws IOException {
        DurableFile.write(file(data), JSON.writeValueAsBytes(this));
    }
}
