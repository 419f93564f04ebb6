package io.postern.fleet.jose;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.server.ServerLayers;
import io.postern.fleet.Publication;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Signs a publication for one agent: a compact JWS (RFC 7515) with EdDSA (RFC 8037). */
@ApplicationScoped
public class DesiredStateSigner {
    /** The JWS header's typ. */
    public static final String TYPE = "postern-desired-state+json";

    private static final Duration VALID = Duration.ofDays(7);

    /**
     * What is signed.
     *
     * @param audience the agent's name
     * @param issuedAt, expiresAt seconds since 1970
     * @param confirmWindowSeconds null = needs no confirmation
     */
    record Payload(
            String audience,
            String server,
            long serial,
            long revision,
            String kind,
            String digest,
            List<ConnectorData> connectors,
            ServerLayers layers,
            Integer confirmWindowSeconds,
            boolean confirmed,
            long issuedAt,
            long expiresAt) {}

    private final ServiceKey key;
    private final Clock clock;
    private final ObjectMapper json = PlainData.mapper();

    DesiredStateSigner(ServiceKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The compact JWS. */
    public String sign(Publication publication, String agent) {
        Instant now = clock.instant();
        Payload payload =
                new Payload(
                        agent,
                        publication.server(),
                        publication.serial(),
                        publication.state().revision(),
                        publication.state().kind(),
                        publication.digest(),
                        publication.state().connectors(),
                        publication.state().layers(),
                        publication.confirmWindowSeconds(),
                        publication.isConfirmed(),
                        now.getEpochSecond(),
                        now.plus(VALID).getEpochSecond());
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
            jws.setKeyIdHeaderValue(key.keyId());
            jws.setHeader("typ", TYPE);
            jws.setKey(key.pair().getPrivateKey());
            jws.setPayload(json.writeValueAsString(payload));
            return jws.getCompactSerialization();
        } catch (JoseException | JsonProcessingException e) {
            throw new IllegalStateException("a publication cannot be signed", e);
        }
    }
}
