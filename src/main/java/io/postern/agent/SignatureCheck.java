package io.postern.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ServerCompiler;
import java.io.IOException;
import java.time.Instant;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Believes a desired state only if the enrolled service signed exactly this for exactly this agent
 * and server.
 */
final class SignatureCheck {
    /** What is not believed, with the reason. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }

    private static final int MAX_WINDOW_SECONDS = 86_400;
    private static final String TYPE = "postern-desired-state+json";
    private static final ObjectMapper JSON = PlainData.mapper();

    private final OctetKeyPairJsonWebKey serviceKey;
    private final String agent;

    SignatureCheck(AgentIdentity identity) throws IOException {
        this.serviceKey = AgentKey.ed25519(identity.serviceKey(), "the service's key");
        this.agent = identity.name();
    }

    /**
     * Reads a compact JWS.
     *
     * @throws RefusedException if anything about it is not as it must be
     */
    DesiredPublication read(String compact, String server, Instant now) throws RefusedException {
        if (compact == null || compact.isBlank()) {
            throw new RefusedException("the desired state came without signature");
        }
        DesiredPublication publication = payload(compact);
        require(agent.equals(publication.audience()), "it is meant for another agent");
        require(server.equals(publication.server()), "it is meant for another server");
        require(publication.serial() > 0, "it has no serial");
        require(
                publication.keepsConnectors()
                        || ServerCompiler.KINDS.contains(publication.kind())
                                && !publication.layers().areNone(),
                "this agent knows no such kind");
        require(
                publication.confirmWindowSeconds() == null
                        || publication.confirmWindowSeconds() > 0
                                && publication.confirmWindowSeconds() <= MAX_WINDOW_SECONDS,
                "its confirm window is out of range");
        require(now.getEpochSecond() < publication.expiresAt(), "it has expired");
        require(
                publication.connectors() != null && !publication.connectors().contains(null),
                "it names no connectors");
        require(
                digest(publication).equals(publication.digest()),
                "its digest is not that of its content");
        return publication;
    }

    private DesiredPublication payload(String compact) throws RefusedException {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(
                    new AlgorithmConstraints(
                            AlgorithmConstraints.ConstraintType.PERMIT,
                            AlgorithmIdentifiers.EDDSA));
            jws.setCompactSerialization(compact);
            require(
                    serviceKey.getKeyId().equals(jws.getKeyIdHeaderValue()),
                    "an unknown key signed it");
            require(TYPE.equals(jws.getHeader("typ")), "it is no desired state");
            jws.setKey(serviceKey.getPublicKey());
            require(jws.verifySignature(), "the signature is wrong");
            DesiredPublication publication =
                    JSON.readValue(jws.getPayload(), DesiredPublication.class);
            require(publication != null, "it is empty");
            return publication;
        } catch (JoseException | JsonProcessingException | ClassCastException e) {
            // The library casts header values that anybody can write.
            throw new RefusedException("the signature cannot be checked");
        }
    }

    private static String digest(DesiredPublication publication) throws RefusedException {
        try {
            return DesiredState.digestOf(publication.connectors(), publication.layers());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("its connectors cannot be read: " + e.getMessage());
        }
    }

    private static void require(boolean holds, String otherwise) throws RefusedException {
        if (!holds) {
            throw new RefusedException("desired state refused: " + otherwise);
        }
    }
}
