package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.server.DesiredState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
    private static final ServiceSignature SERVICE = new ServiceSignature();
    private static final List<ConnectorData> CONNECTORS =
            SampleConnectors.data(SampleConnectors.internal("10.1.0.0/16"));
    private static final String DIGEST = DesiredState.digestOf(CONNECTORS);
    private static final String TYPE = ServiceSignature.TYPE;

    private static DesiredPublication good() {
        return publication("agent-a", "ex01", 7, DIGEST, CONNECTORS, 60);
    }

    private static DesiredPublication publication(
            String agent,
            String server,
            long serial,
            String digest,
            List<ConnectorData> connectors,
            long validSeconds) {
        return new DesiredPublication(
                agent,
                server,
                serial,
                3,
                DesiredState.EXCHANGE,
                digest,
                connectors,
                null,
                300,
                false,
                NOW.getEpochSecond() - 60,
                NOW.getEpochSecond() + validSeconds);
    }

    private static SignatureCheck check() throws IOException {
        return new SignatureCheck(
                new AgentIdentity(
                        "agent-a", List.of("ex01"), "http://127.0.0.1:1", SERVICE.publicJwk()));
    }

    @Test
    void whatTheServiceSignedForThisAgentAndServerIsBelieved() throws Exception {
        assertEquals(good(), check().read(SERVICE.sign(good()), "ex01", NOW));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With a header of one's own, and the good one's payload and signature. */
    private static String withHeader(String header) {
        String signed = SERVICE.sign(good());
        return base64(header) + signed.substring(signed.indexOf('.'));
    }

    private static String withPayload(String payload) {
        String[] parts = SERVICE.sign(good()).split("\\.");
        return parts[0] + "." + base64(payload) + "." + parts[2];
    }

    private static ConnectorData unreadable() {
        ConnectorData one = CONNECTORS.get(0);
        return new ConnectorData(
                one.name(),
                true,
                true,
                "SideDoor",
                one.bindings(),
                one.remoteIpRanges(),
                one.permissionGroups(),
                one.authMechanism(),
                false,
                one.fqdn(),
                one.comment(),
                0,
                true);
    }

    static Stream<Arguments> refused() {
        ServiceSignature other = new ServiceSignature();
        String good = SERVICE.sign(good());
        String unchecked = "the signature cannot be checked";
        String wrong = "desired state refused: the signature is wrong";
        return Stream.of(
                arguments("nothing", null, "the desired state came without signature"),
                arguments("empty", "", "the desired state came without signature"),
                arguments("blank", " \n", "the desired state came without signature"),
                arguments("garbage", "garbage", unchecked),
                arguments("garbage in three parts", "a.b.c", unchecked),
                arguments("dots only", "..", unchecked),
                arguments("five parts", "a.b.c.d.e", unchecked),
                arguments("payload only", SERVICE.json(good()), unchecked),
                arguments("unsigned", SERVICE.unsigned(good()), unchecked),
                arguments(
                        "signature stripped", good.substring(0, good.lastIndexOf('.') + 1), wrong),
                arguments(
                        "signature of another content",
                        withPayload(SERVICE.json(good()).replace("10.1.0.0/16", "0.0.0.0/0")),
                        wrong),
                arguments(
                        "unknown key",
                        other.sign(good()),
                        "desired state refused: an unknown key signed it"),
                arguments(
                        "no key named",
                        withHeader("{\"alg\":\"EdDSA\",\"typ\":\"" + TYPE + "\"}"),
                        "desired state refused: an unknown key signed it"),
                arguments(
                        "key named by a number",
                        withHeader("{\"alg\":\"EdDSA\",\"kid\":5}"),
                        unchecked),
                arguments(
                        "algorithm is a list",
                        withHeader(
                                "{\"alg\":[\"EdDSA\"],\"kid\":\""
                                        + SERVICE.keyId()
                                        + "\",\"typ\":\""
                                        + TYPE
                                        + "\"}"),
                        unchecked),
                arguments(
                        "known name, other key", other.sign(good(), SERVICE.keyId(), TYPE), wrong),
                arguments(
                        "another type",
                        SERVICE.sign(good(), SERVICE.keyId(), "JWT"),
                        "desired state refused: it is no desired state"),
                arguments(
                        "no type",
                        SERVICE.sign(good(), SERVICE.keyId(), null),
                        "desired state refused: it is no desired state"),
                arguments("HMAC with the public key", SERVICE.signHmac(good()), unchecked),
                arguments(
                        "signed null",
                        SERVICE.signText("null"),
                        "desired state refused: it is empty"),
                arguments("signed text", SERVICE.signText("\"text\""), unchecked),
                arguments("signed nothing", SERVICE.signText(""), unchecked),
                arguments(
                        "another agent's",
                        SERVICE.sign(publication("agent-b", "ex01", 7, DIGEST, CONNECTORS, 60)),
                        "desired state refused: it is meant for another agent"),
                arguments(
                        "another server's",
                        SERVICE.sign(publication("agent-a", "ex02", 7, DIGEST, CONNECTORS, 60)),
                        "desired state refused: it is meant for another server"),
                arguments(
                        "expired just now",
                        SERVICE.sign(publication("agent-a", "ex01", 7, DIGEST, CONNECTORS, 0)),
                        "desired state refused: it has expired"),
                arguments(
                        "serial 0",
                        SERVICE.sign(publication("agent-a", "ex01", 0, DIGEST, CONNECTORS, 60)),
                        "desired state refused: it has no serial"),
                arguments(
                        "no connectors",
                        SERVICE.sign(publication("agent-a", "ex01", 7, DIGEST, null, 60)),
                        "desired state refused: it names no connectors"),
                arguments(
                        "another digest",
                        SERVICE.sign(publication("agent-a", "ex01", 7, "0", CONNECTORS, 60)),
                        "desired state refused: its digest is not that of its content"),
                arguments(
                        "no digest",
                        SERVICE.sign(publication("agent-a", "ex01", 7, null, CONNECTORS, 60)),
                        "desired state refused: its digest is not that of its content"),
                arguments(
                        "null for a connector",
                        SERVICE.sign(
                                publication(
                                        "agent-a",
                                        "ex01",
                                        7,
                                        DIGEST,
                                        java.util.Collections.singletonList(null),
                                        60)),
                        "desired state refused: it names no connectors"),
                arguments(
                        "unreadable connector",
                        SERVICE.sign(
                                publication(
                                        "agent-a", "ex01", 7, DIGEST, List.of(unreadable()), 60)),
                        "its connectors cannot be read: connector 'Postern internal':"
                                + " transportRole 'SideDoor' is none of FrontendTransport,"
                                + " HubTransport"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsNotAsItMustBeIsRefused(String name, String compact, String message)
            throws IOException {
        SignatureCheck check = check();
        SignatureCheck.RefusedException refused =
                assertThrows(
                        SignatureCheck.RefusedException.class,
                        () -> check.read(compact, "ex01", NOW));
        assertEquals(message, refused.getMessage());
    }
}
