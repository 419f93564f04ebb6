package io.postern.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** The agent's own Ed25519 key (RFC 8037). Its private half never leaves this machine. */
final class AgentKey {
    private static final int VALID_SECONDS = 60;

    private final OctetKeyPairJsonWebKey pair;

    private AgentKey(OctetKeyPairJsonWebKey pair) {
        this.pair = pair;
    }

    /** The key of a file; a new one, written there, if there is no such file. */
    static AgentKey readOrMake(Path file) throws IOException {
        if (Files.exists(file)) {
            return read(file);
        }
        try {
            OctetKeyPairJsonWebKey made =
                    OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
            made.setKeyId(thumbprint(made));
            String json = made.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
            DurableFile.write(file, json.getBytes(StandardCharsets.UTF_8));
            return new AgentKey(made);
        } catch (JoseException e) {
            throw new IOException("no key can be made: " + e.getMessage(), e);
        }
    }

    /**
     * The key of a file.
     *
     * @throws IOException if it is not there or no Ed25519 private JWK
     */
    static AgentKey read(Path file) throws IOException {
        OctetKeyPairJsonWebKey pair =
                ed25519(
                        new String(DurableFile.read(file), StandardCharsets.UTF_8),
                        file.toString());
        if (pair.getPrivateKey() == null) {
            throw new IOException(file + " lacks the private half of the key");
        }
        return new AgentKey(pair);
    }

    /**
     * Reads an Ed25519 JWK.
     *
     * @throws IOException naming {@code what} if it is none
     */
    static OctetKeyPairJsonWebKey ed25519(String jwk, String what) throws IOException {
        try {
            if (JsonWebKey.Factory.newJwk(jwk) instanceof OctetKeyPairJsonWebKey pair
                    && OctetKeyPairJsonWebKey.SUBTYPE_ED25519.equals(pair.getSubtype())) {
                if (pair.getKeyId() == null) {
                    pair.setKeyId(thumbprint(pair));
                }
                return pair;
            }
        } catch (JoseException | RuntimeException e) {
            throw new IOException(what + " is no Ed25519 key as a JWK", e);
        }
        throw new IOException(what + " is no Ed25519 key as a JWK");
    }

    /** SHA-256 thumbprint (RFC 7638), base64url. */
    static String thumbprint(JsonWebKey key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.calculateThumbprint("SHA-256"));
    }

    String publicJwk() {
        return pair.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /** What proves one request: a JWT for this method and path, valid for a minute. */
    String token(String agent, String method, String path, Instant now) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(agent);
        claims.setAudience("postern");
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + VALID_SECONDS));
        claims.setGeneratedJwtId();
        claims.setStringClaim("htm", method);
        claims.setStringClaim("htu", path);
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        jws.setHeader("typ", "JWT");
        jws.setKey(pair.getPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a request cannot be signed", e);
        }
    }
}
