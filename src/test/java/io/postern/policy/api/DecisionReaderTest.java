package io.postern.policy.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests for decisions, read: every kind of fault has its pointer and its message. */
class DecisionReaderTest {
    private static final String ALLOWED =
            "account, address, asOf, at, computer, explain, port, server";
    private static final String NAME_LENGTH = "must have 1 to 256 characters";
    private static final String PORT = "must be a whole number from 1 to 65535";
    private static final String REVISION = "must be the number of a revision, 0 or more";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Arguments malformed(String name, String body, String... faults) {
        return Arguments.of(name, body, ErrorCode.MALFORMED_REQUEST, List.of(faults));
    }

    private static Arguments invalid(String name, String body, String... faults) {
        return Arguments.of(name, body, ErrorCode.INVALID_FIELD, List.of(faults));
    }

    private static String with(String fields) {
        return "{\"address\":\"10.0.0.1\",\"server\":\"ex01\"," + fields + "}";
    }

    static List<Arguments> badQuestions() {
        return List.of(
                malformed("nothing", "", " a request must be a JSON object"),
                malformed("no JSON", "{address", " not JSON, line 1 column 2"),
                malformed("cut off", "{\"address\":\"10.0.0.1\"", " not JSON, line 1 column 22"),
                malformed("an array", "[]", " a request must be a JSON object"),
                malformed("null", "null", " a request must be a JSON object"),
                malformed(
                        "text after the end",
                        "{\"address\":\"10.0.0.1\",\"server\":\"ex01\"} {}",
                        " text after the end of the request"),
                malformed(
                        "an unknown field",
                        with("\"adress\":1"),
                        "/adress unknown field 'adress'; allowed: " + ALLOWED),
                malformed(
                        "an unknown field with an object",
                        with("\"a/b~c\":{\"server\":[1]}"),
                        "/a~1b~0c unknown field 'a/b~c'; allowed: " + ALLOWED),
                malformed("a field twice", with("\"server\":\"ex02\""), "/server stands twice"),
                malformed(
                        "the address a number",
                        "{\"address\":10,\"server\":\"ex01\"}",
                        "/address must be text"),
                malformed(
                        "the server an object",
                        "{\"address\":\"10.0.0.1\",\"server\":{\"name\":\"ex01\"}}",
                        "/server must be text"),
                malformed(
                        "the account a list", with("\"account\":[\"a\"]"), "/account must be text"),
                malformed("the computer true", with("\"computer\":true"), "/computer must be text"),
                malformed("the port text", with("\"port\":\"25\""), "/port " + PORT),
                malformed("the port broken", with("\"port\":25.0"), "/port " + PORT),
                malformed("the time a number", with("\"at\":1700000000"), "/at must be text"),
                malformed(
                        "explain a word",
                        with("\"explain\":\"yes\""),
                        "/explain must be true or false"),
                invalid("no field", "{}", "/address is needed", "/server is needed"),
                invalid(
                        "null where something is needed",
                        "{\"address\":null,\"server\":null}",
                        "/address is needed",
                        "/server is needed"),
                invalid(
                        "an empty address",
                        "{\"address\":\"\",\"server\":\"ex01\"}",
                        "/address must have 1 to 64 characters"),
                invalid(
                        "a long account",
                        with("\"account\":\"" + "a".repeat(257) + "\""),
                        "/account " + NAME_LENGTH),
                invalid("an empty computer", with("\"computer\":\"\""), "/computer " + NAME_LENGTH),
                invalid("port 0", with("\"port\":0"), "/port " + PORT),
                invalid("port 65536", with("\"port\":65536"), "/port " + PORT),
                invalid("a huge port", with("\"port\":99999999999999999999"), "/port " + PORT),
                invalid("a negative revision", with("\"asOf\":-1"), "/asOf " + REVISION),
                invalid(
                        "a huge revision",
                        with("\"asOf\":1" + "0".repeat(30)),
                        "/asOf " + REVISION),
                invalid("a revision in words", with("\"asOf\":\"newest\""), "/asOf " + REVISION),
                invalid(
                        "a time without zone",
                        with("\"at\":\"2027-03-31T18:00:00\""),
                        "/at '2027-03-31T18:00:00' is no time; write 2027-03-31 or"
                                + " 2027-03-31T18:00:00Z"),
                malformed(
                        "several at once",
                        "{\"address\":\"\",\"port\":0,\"nope\":1}",
                        "/address must have 1 to 64 characters",
                        "/port " + PORT,
                        "/nope unknown field 'nope'; allowed: " + ALLOWED,
                        "/server is needed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badQuestions")
    void aBadQuestionIsRefusedWithEveryFault(
            String name, String body, ErrorCode code, List<String> faults) {
        DomainException refused =
                assertThrows(DomainException.class, () -> DecisionReader.one(utf8(body)));

        assertEquals(faults, told(refused));
        assertEquals(code, refused.code());
    }

    private static List<String> told(DomainException refused) {
        return refused.faults().stream().map(f -> f.pointer() + " " + f.message()).toList();
    }

    static List<Arguments> badBatches() {
        String many =
                IntStream.rangeClosed(0, DecisionReader.MAX_BATCH)
                        .mapToObj(i -> "{\"address\":\"10.0.0.1\",\"server\":\"ex01\"}")
                        .collect(Collectors.joining(","));
        String needed = "/requests 1 to 10000 requests are needed";
        return List.of(
                malformed("nothing", "", " a request must be a JSON object"),
                invalid("no requests", "{}", needed),
                invalid("no request", "{\"requests\":[]}", needed),
                malformed(
                        "an object for the list",
                        "{\"requests\":{\"address\":\"10.0.0.1\"}}",
                        "/requests must be an array of requests"),
                invalid(
                        "one too many",
                        "{\"requests\":[" + many + "]}",
                        "/requests more than 10000 requests; send several batches"),
                malformed(
                        "a number for a request",
                        "{\"requests\":[1]}",
                        "/requests/0 must be an object"),
                malformed(
                        "explain of a batch",
                        "{\"explain\":true,\"requests\":[{\"address\":\"10.0.0.1\",\"server\":\"a\"}]}",
                        "/explain unknown field 'explain'; allowed: asOf, at, requests"),
                malformed(
                        "explain and asOf in an item",
                        "{\"requests\":[{\"address\":\"10.0.0.1\",\"server\":\"a\",\"explain\":true,\"asOf\":1}]}",
                        "/requests/0/explain unknown field 'explain'; allowed: account, address,"
                                + " at, computer, port, server",
                        "/requests/0/asOf unknown field 'asOf'; allowed: account, address, at,"
                                + " computer, port, server"),
                invalid(
                        "faults of several items",
                        "{\"at\":\"never\",\"requests\":[{\"address\":\"10.0.0.1\"},"
                                + "{\"address\":\"10.0.0.1\",\"server\":\"a\"},"
                                + "{\"server\":\"a\",\"port\":70000}]}",
                        "/at 'never' is no time; write 2027-03-31 or 2027-03-31T18:00:00Z",
                        "/requests/0/server is needed",
                        "/requests/2/port " + PORT,
                        "/requests/2/address is needed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBatches")
    void aBadBatchIsRefusedWithEveryFault(
            String name, String body, ErrorCode code, List<String> faults) {
        DomainException refused =
                assertThrows(DomainException.class, () -> DecisionReader.batch(utf8(body)));

        assertEquals(faults, told(refused));
        assertEquals(code, refused.code());
    }

    @Test
    void readingStopsAfterAHundredFaults() {
        String bad = "{\"requests\":[" + "{},".repeat(5_000) + "{}]}";

        DomainException refused =
                assertThrows(DomainException.class, () -> DecisionReader.batch(utf8(bad)));

        assertEquals(RequestFaults.LIMIT, refused.faults().size());
        assertEquals("reading stopped after 100 faults; there may be more", refused.getMessage());
    }

    @Test
    void aLongNameInAnErrorIsCut() {
        DomainException refused =
                assertThrows(
                        DomainException.class,
                        () -> DecisionReader.one(utf8("{\"" + "n".repeat(3_000) + "\":1}")));

        assertTrue(refused.faults().get(0).message().length() < 500, refused.getMessage());
        assertTrue(refused.faults().get(0).pointer().length() < 500, refused.getMessage());
    }

    @Test
    void everyFieldIsRead() {
        DecisionQuestion question =
                DecisionReader.one(
                        utf8(
                                """
                                {"address":"fd00::1","account":"a","computer":"c","server":"s","port":2500,
                                 "at":"2027-03-31T18:00:00.9+02:00","asOf":7,"explain":true}"""));

        assertEquals("fd00::1", question.address);
        assertEquals("a", question.account);
        assertEquals("c", question.computer);
        assertEquals("s", question.server);
        assertEquals(2500, question.port);
        assertEquals(Instant.parse("2027-03-31T16:00:00Z"), question.at);
        assertEquals(7, question.asOf);
        assertTrue(question.explain);
    }

    @Test
    void whatIsLeftOutOrNullHasItsDefault() {
        for (String body :
                List.of(
                        "{\"address\":\"10.0.0.1\",\"server\":\"s\"}",
                        with(
                                "\"account\":null,\"computer\":null,\"port\":null,\"at\":null,\"asOf\":null,\"explain\":null"))) {
            DecisionQuestion question = DecisionReader.one(utf8(body));
            assertNull(question.account, body);
            assertNull(question.computer, body);
            assertEquals(25, question.port, body);
            assertNull(question.at, body);
            assertNull(question.asOf, body);
            assertFalse(question.explain, body);
        }
    }

    @Test
    void theQuestionsOfABatchKeepTheirOrderAndTimes() {
        DecisionReader.Batch batch =
                DecisionReader.batch(
                        utf8(
                                """
                                {"asOf":3,"at":"2027-01-01","requests":[
                                 {"address":"10.0.0.1","server":"s","at":"2027-02-01"},
                                 {"address":"10.0.0.2","server":"s"},
                                 {"address":"10.0.0.3","server":"s","at":"2027-02-01"}]}"""));

        assertEquals(3, batch.asOf());
        assertEquals(Instant.parse("2027-01-01T00:00:00Z"), batch.at());
        Instant february = Instant.parse("2027-02-01T00:00:00Z");
        assertEquals(
                List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"),
                batch.questions().stream().map(q -> q.address).toList());
        assertEquals(february, batch.questions().get(0).at);
        assertNull(batch.questions().get(1).at);
        assertEquals(february, batch.questions().get(2).at);
    }
}
