package io.postern.policy.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Tier;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** AuthZEN requests, read: what they mean, and every kind of fault. */
class AccessReaderTest {
    private static final String ACTION = "\"action\":{\"name\":\"relay\"}";
    private static final String SERVER = "\"resource\":{\"type\":\"server\",\"id\":\"ex01\"}";
    private static final String ADDRESS = "\"subject\":{\"type\":\"address\",\"id\":\"10.0.0.1\"}";
    private static final String ACCOUNT = "\"subject\":{\"type\":\"account\",\"id\":\"svc\"}";

    private static byte[] object(String... parts) {
        return ("{" + String.join(",", parts) + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static Arguments bad(String name, ErrorCode code, byte[] body, String... faults) {
        return Arguments.of(name, code, body, List.of(faults));
    }

    static List<Arguments> badRequests() {
        ErrorCode invalid = ErrorCode.INVALID_FIELD;
        ErrorCode malformed = ErrorCode.MALFORMED_REQUEST;
        return List.of(
                bad("nothing", malformed, new byte[0], " a request must be a JSON object"),
                bad("no JSON", malformed, new byte[] {'{'}, " not JSON, line 1 column 2"),
                bad(
                        "an empty object",
                        invalid,
                        object(),
                        "/subject is needed",
                        "/action is needed",
                        "/resource is needed",
                        "/context/address is needed: where the submission comes from"),
                bad(
                        "a subject of another type",
                        invalid,
                        object(
                                "\"subject\":{\"type\":\"user\",\"id\":\"a\"}",
                                ACTION,
                                SERVER,
                                "\"context\":{\"address\":\"10.0.0.1\"}"),
                        "/subject/type must be account, computer or address"),
                bad(
                        "a subject without id",
                        invalid,
                        object("\"subject\":{\"type\":\"address\"}", ACTION, SERVER),
                        "/subject/id is needed"),
                bad(
                        "a subject that is text",
                        malformed,
                        object(
                                "\"subject\":\"10.0.0.1\"",
                                ACTION,
                                SERVER,
                                "\"context\":{\"address\":\"10.0.0.1\"}"),
                        "/subject must be an object"),
                bad(
                        "another action",
                        invalid,
                        object(ADDRESS, "\"action\":{\"name\":\"read\"}", SERVER),
                        "/action/name must be submit, submit-internal, relay or trusted"),
                bad(
                        "another resource",
                        invalid,
                        object(
                                ADDRESS,
                                ACTION,
                                "\"resource\":{\"type\":\"mailbox\",\"id\":\"ex01\"}"),
                        "/resource/type must be server"),
                bad(
                        "no address",
                        invalid,
                        object(ACCOUNT, ACTION, SERVER),
                        "/context/address is needed: where the submission comes from"),
                bad(
                        "the address twice",
                        invalid,
                        object(ADDRESS, ACTION, SERVER, "\"context\":{\"address\":\"10.0.0.1\"}"),
                        "/context/address the subject states it already"),
                bad(
                        "a misspelt field of the context",
                        malformed,
                        object(ADDRESS, ACTION, SERVER, "\"context\":{\"acount\":\"a\"}"),
                        "/context/acount unknown field 'acount'; allowed: address, account,"
                                + " computer, port, time"),
                bad(
                        "an unknown part",
                        malformed,
                        object(ADDRESS, ACTION, SERVER, "\"evaluations\":[]"),
                        "/evaluations unknown field 'evaluations'; allowed: subject, action,"
                                + " resource, context"),
                bad(
                        "a port that is text",
                        invalid,
                        object(ADDRESS, ACTION, SERVER, "\"context\":{\"port\":\"25\"}"),
                        "/context/port must be a whole number from 1 to 65535"),
                bad(
                        "a time that is none",
                        invalid,
                        object(ADDRESS, ACTION, SERVER, "\"context\":{\"time\":\"noon\"}"),
                        "/context/time 'noon' is no time; write 2027-03-31 or"
                                + " 2027-03-31T18:00:00Z"),
                bad(
                        "a context that is a list",
                        malformed,
                        object(ADDRESS, ACTION, SERVER, "\"context\":[]"),
                        "/context must be an object"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void aBadRequestIsRefusedWithEveryFault(
            String name, ErrorCode code, byte[] body, List<String> faults) {
        DomainException refused = assertThrows(DomainException.class, () -> AccessReader.one(body));

        assertEquals(
                faults,
                refused.faults().stream().map(f -> f.pointer() + " " + f.message()).toList());
        assertEquals(code, refused.code());
    }

    @Test
    void aRepeatedFieldIsRefused() {
        DomainException refused =
                assertThrows(
                        DomainException.class,
                        () -> AccessReader.one(object(ADDRESS, ADDRESS, ACTION, SERVER)));

        assertEquals(ErrorCode.MALFORMED_REQUEST, refused.code());
    }

    @Test
    void theSubjectIsTheAccountAndTheContextTheRest() {
        AccessReader.Evaluation read =
                AccessReader.one(
                        object(
                                "\"subject\":{\"type\":\"account\",\"id\":\"svc\",\"properties\":{\"x\":[{}]}}",
                                ACTION,
                                SERVER,
                                "\"context\":{\"address\":\"10.0.0.1\",\"computer\":\"pc\",\"port\":2500,\"time\":\"2027-01-01\"}"));

        assertEquals("svc", read.question().account);
        assertEquals("pc", read.question().computer);
        assertEquals("10.0.0.1", read.question().address);
        assertEquals("ex01", read.question().server);
        assertEquals(2500, read.question().port);
        assertEquals(Instant.parse("2027-01-01T00:00:00Z"), read.question().at);
        assertEquals(Tier.RELAY, read.needed());
        assertEquals("/subject/id", read.pointer("account"));
        assertEquals("/context/address", read.pointer("address"));
        assertEquals("/resource/id", read.pointer("server"));
    }

    @Test
    void eachActionNeedsItsTier() {
        for (var row :
                List.of(
                        List.of("submit", Tier.INTERNAL),
                        List.of("submit-internal", Tier.INTERNAL),
                        List.of("relay", Tier.RELAY),
                        List.of("trusted", Tier.TRUSTED))) {
            assertEquals(
                    row.get(1),
                    AccessReader.one(
                                    object(
                                            ADDRESS,
                                            "\"action\":{\"name\":\"" + row.get(0) + "\"}",
                                            SERVER))
                            .needed(),
                    row.toString());
        }
    }

    @Test
    void whatAnEvaluationOfAListLeavesOutTheRequestGives() {
        AccessReader.Evaluations read =
                AccessReader.many(
                        object(
                                ADDRESS,
                                ACTION,
                                SERVER,
                                "\"options\":{\"evaluations_semantic\":\"deny_on_first_deny\",\"x\":1}",
                                "\"evaluations\":[{},{\"resource\":{\"type\":\"server\",\"id\":\"ex02\"}},"
                                        + "{\"action\":{\"name\":\"submit\"}}]"));

        assertEquals("deny_on_first_deny", read.semantic());
        assertEquals(
                List.of("ex01", "ex02", "ex01"),
                read.evaluations().stream().map(e -> e.question().server).toList());
        assertEquals(
                List.of(Tier.RELAY, Tier.RELAY, Tier.INTERNAL),
                read.evaluations().stream().map(AccessReader.Evaluation::needed).toList());
        assertEquals("/evaluations/1/resource/id", read.evaluations().get(1).pointer("server"));
    }

    @Test
    void aListThatIsAbsentOrEmptyIsOneEvaluation() {
        assertTrue(AccessReader.many(object(ADDRESS, ACTION, SERVER)).alone());
        assertTrue(
                AccessReader.many(object(ADDRESS, ACTION, SERVER, "\"evaluations\":[]")).alone());
    }

    @Test
    void aFaultInAListHasItsPlace() {
        DomainException refused =
                assertThrows(
                        DomainException.class,
                        () ->
                                AccessReader.many(
                                        object(
                                                ADDRESS,
                                                ACTION,
                                                SERVER,
                                                "\"options\":{\"evaluations_semantic\":\"any\"}",
                                                "\"evaluations\":[{},7,{\"who\":1}]")));

        assertEquals(
                List.of("/options/evaluations_semantic", "/evaluations/1", "/evaluations/2/who"),
                refused.faults().stream().map(DomainException.Fault::pointer).toList());
    }
}
