package io.postern.agent;

import io.postern.client.model.EnrolRequest;
import io.postern.client.model.EnrolResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;

/** Trades a one-time token for an identity, kept in a data directory. */
public final class Enrolment {
    private Enrolment() {}

    /**
     * Enrols an agent.
     *
     * @param data directory that will hold key and identity; made if absent
     * @param service the service's URL
     * @param token the one-time token
     * @param name 1 to 64 of letters, digits, '.', '_', '-'
     * @param version of the agent
     * @param fingerprint SHA-256 thumbprint (RFC 7638, base64url) the service's key must have; null
     *     = any
     * @throws ServiceException if the service refuses or cannot be reached
     * @throws IOException if the directory cannot be used, holds an agent already, or the service's
     *     key is not the expected one
     * @throws IllegalArgumentException if the URL is none
     */
    public static AgentIdentity enrol(
            Path data,
            String service,
            String token,
            String name,
            String version,
            String fingerprint)
            throws IOException, ServiceException {
        String url = ServiceClient.checked(service);
        if (Files.exists(AgentIdentity.file(data))) {
            throw new IOException(
                    data + " holds the agent '" + AgentIdentity.read(data).name() + "' already");
        }
        DurableFile.makeDirectory(data);
        AgentKey key = AgentKey.readOrMake(AgentIdentity.keyFile(data));
        EnrolResponse answer =
                new ServiceClient(url, request -> {})
                        .enrol(
                                new EnrolRequest()
                                        .token(token)
                                        .name(name)
                                        .publicKey(key.publicJwk())
                                        .version(version));
        AgentIdentity identity = identity(answer, url, fingerprint);
        identity.write(data);
        return identity;
    }

    private static AgentIdentity identity(EnrolResponse answer, String url, String fingerprint)
            throws IOException {
        if (answer == null
                || answer.getName() == null
                || answer.getServers() == null
                || answer.getServers().contains(null)
                || answer.getServiceKey() == null) {
            throw new IOException("what answers at " + url + " is no Postern service");
        }
        OctetKeyPairJsonWebKey serviceKey =
                AgentKey.ed25519(answer.getServiceKey(), "the service's key");
        String actual = AgentKey.thumbprint(serviceKey);
        if (fingerprint != null && !fingerprint.strip().equals(actual)) {
            throw new IOException(
                    "the service's key has the fingerprint "
                            + actual
                            + ", not the expected one: not enrolled here. The token is used up.");
        }
        return new AgentIdentity(
                answer.getName(), answer.getServers(), url, answer.getServiceKey());
    }
}
