package io.postern.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.Key;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** A service's key: signs as the service does, and as it never should. */
final class ServiceSignature {
    static final String TYPE = "postern-desired-state+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OctetKeyPairJsonWebKey pair;

    ServiceSignature() {
        try {
            pair = OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
        pair.setKeyId(AgentKey.thumbprint(pair));
    }

    String keyId() {
        return pair.getKeyId();
    }

    String publicJwk() {
        return pair.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    String json(DesiredPublication publication) {
        try {
            return JSON.writeValueAsString(publication);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    String sign(DesiredPublication publication) {
        return sign(publication, keyId(), TYPE);
    }

    String sign(DesiredPublication publication, String keyId, String type) {
        return sign(
                json(publication), AlgorithmIdentifiers.EDDSA, pair.getPrivateKey(), keyId, type);
    }

    String signText(String payload) {
        return sign(payload, AlgorithmIdentifiers.EDDSA, pair.getPrivateKey(), keyId(), TYPE);
    }

    /** Algorithm "none". */
    String unsigned(DesiredPublication publication) {
        return sign(json(publication), AlgorithmIdentifiers.NONE, null, keyId(), TYPE);
    }

    /** The public key, that everybody knows, taken for a shared secret. */
    String signHmac(DesiredPublication publication) {
        Key secret = new HmacKey(pair.getPublicKey().getEncoded());
        return sign(json(publication), AlgorithmIdentifiers.HMAC_SHA256, secret, keyId(), TYPE);
    }

    private static String sign(
            String payload, String algorithm, Key key, String keyId, String type) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKeyIdHeaderValue(keyId);
        if (type != null) {
            jws.setHeader("typ", type);
        }
        jws.setKey(key);
        jws.setPayload(payload);
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
