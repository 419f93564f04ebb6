package io.postern.fleet.jose;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.lang.JoseException;

/** Reads the public keys that agents bring. */
public final class AgentKeys {
    private AgentKeys() {}

    /**
     * The key in canonical public form.
     *
     * @throws DomainException INVALID_FIELD if it is no Ed25519 public JWK, or brings its private
     *     half
     */
    public static String checked(String jwk) {
        try {
            OctetKeyPairJsonWebKey key = read(jwk);
            if (key.getPrivateKey() != null) {
                throw invalid("the private half of a key never leaves the agent");
            }
            return key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        } catch (JoseException | RuntimeException e) {
            if (e instanceof DomainException domain) {
                throw domain;
            }
            throw invalid("not an Ed25519 public key as a JWK");
        }
    }

    static OctetKeyPairJsonWebKey read(String jwk) throws JoseException {
        JsonWebKey key = JsonWebKey.Factory.newJwk(jwk);
        if (key instanceof OctetKeyPairJsonWebKey pair
                && OctetKeyPairJsonWebKey.SUBTYPE_ED25519.equals(pair.getSubtype())) {
            return pair;
        }
        throw new JoseException("not an Ed25519 key");
    }

    private static DomainException invalid(String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault("/publicKey", message)));
    }
}
