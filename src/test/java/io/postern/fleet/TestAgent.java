package io.postern.fleet;

import static io.restassured.RestAssured.given;

import io.postern.TestUsers;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** An agent of the tests: a name, a key, and one server of its own. */
record TestAgent(String name, String server, OctetKeyPairJsonWebKey key) {
    static final String ENROL = "/api/v1/agents:enrol";
    static final String ME = "/api/v1/agents/me";

    /** A new one that nobody knows yet. */
    static TestAgent fresh() {
        String id = UUID.randomUUID().toString().substring(0, 8);
        return new TestAgent("agent-" + id, "srv-" + id, newKey());
    }

    /** A new one that has enrolled. */
    static TestAgent enrolled() {
        TestAgent agent = fresh();
        Response answer = agent.enrol(newToken(agent.server()));
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.asString());
        }
        return agent;
    }

    static OctetKeyPairJsonWebKey newKey() {
        try {
            return OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    static String newToken(String server) {
        TestUsers.ensure("olga", "operator", "reader");
        return TestUsers.acting("olga")
                .body(Map.of("servers", List.of(server)))
                .post("/api/v1/enrolment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    Response enrol(String token) {
        return enrol(token, key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    }

    Response enrol(String token, String publicKey) {
        return given().urlEncodingEnabled(false)
                .contentType("application/json")
                .body(
                        Map.of(
                                "token",
                                token,
                                "name",
                                name,
                                "publicKey",
                                publicKey,
                                "version",
                                "1.0"))
                .post(ENROL);
    }

    /** Claims as the agent program makes them. */
    JwtClaims claims(String method, String path, Instant now) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(name);
        claims.setAudience("postern");
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + 60));
        claims.setGeneratedJwtId();
        claims.setStringClaim("htm", method);
        claims.setStringClaim("htu", path);
        return claims;
    }

    String sign(JwtClaims claims) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        jws.setHeader("typ", "JWT");
        jws.setKey(key.getPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A signed request; path without query. */
    RequestSpecification signed(String method, String path) {
        return bearing(sign(claims(method, path, Instant.now())));
    }

    static RequestSpecification bearing(String token) {
        return given().urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Authorization", "Bearer " + token);
    }

    Response get(String path) {
        return signed("GET", path).get(path);
    }
}
