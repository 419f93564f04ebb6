package io.postern.policy.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.Address;
import io.postern.policy.Decision;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Revision;
import io.postern.policy.Submission;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The answers that are written are those of the evaluator. */
class DecisionWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Policy POLICY =
            PolicyDocument.parse(
                            """
                            version: 1
                            servers: [{name: ex01, ports: [25, 2500]}, {name: ex02}]
                            principals:
                              - {name: 'CONTOSO\\svc', kind: user}
                              - {name: staff, kind: group, members: ['CONTOSO\\svc']}
                            grants:
                              - {key: 'quote " and \u00fc', from: {addresses: [10.0.0.0/28]}, tier: internal}
                              - {key: relay, from: {addresses: [10.0.0.8/29, 'fd00::/64'], accounts: [staff]}, tier: relay, notBefore: 2026-01-01, expires: 2027-01-01}
                              - {key: late, from: {addresses: [10.0.0.1]}, to: {servers: [ex02]}, tier: trusted, notBefore: 2028-01-01}
                            blocks:
                              - {key: stop, from: {addresses: [10.0.0.12]}}
                            """)
                    .policy();

    private final DecisionWriter writer = new DecisionWriter();
    private final PolicySnapshot snapshot =
            new PolicySnapshot(new Revision(42, "h", 2, null, NOW, "ann", "", null), POLICY);

    private Epochs epochs(Instant at) {
        return new Epochs(snapshot, at, snapshot.epoch(at));
    }

    private static DecisionQuestion question(String address, String account, String server) {
        DecisionQuestion question = new DecisionQuestion();
        question.address = address;
        question.account = account;
        question.server = server;
        return question;
    }

    private static final List<String> TIMES =
            List.of("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01", "2028-01-01");

    private static DecisionQuestion random(Random random) {
        DecisionQuestion question =
                question(
                        random.nextInt(4) == 0
                                ? "fd00::" + random.nextInt(3)
                                : "10.0.0." + random.nextInt(20),
                        List.of("", "contoso\\SVC", "stranger", "(other)", "(NONE)")
                                .get(random.nextInt(5)),
                        random.nextBoolean() ? "ex01" : "EX02");
        question.account = question.account.isEmpty() ? null : question.account;
        question.computer = random.nextInt(3) == 0 ? "pc" : null;
        question.at =
                random.nextInt(3) == 0
                        ? null
                        : TimeField.parse(TIMES.get(random.nextInt(TIMES.size())));
        return question;
    }

    private static Submission submission(DecisionQuestion q) {
        return new Submission(
                Address.parse(q.address),
                q.account,
                q.computer,
                q.server,
                q.port,
                q.at == null ? NOW : q.at);
    }

    private static void assertSame(Decision expected, JsonNode answer, String told) {
        assertEquals(expected.tier().word(), answer.get("tier").textValue(), told);
        assertEquals(expected.grant(), answer.get("grant").textValue(), told);
        assertEquals(expected.block(), answer.get("block").textValue(), told);
    }

    @Test
    void aBatchAnswersInOrderWhatTheEvaluatorSays() throws IOException {
        long seed = 20270331;
        Random random = new Random(seed);
        PolicyEvaluator evaluator = new PolicyEvaluator(POLICY);
        List<DecisionQuestion> questions = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            questions.add(random(random));
        }

        JsonNode answer = JSON.readTree(writer.batch(questions, epochs(NOW)));

        assertEquals(42, answer.get("revision").longValue());
        assertEquals(NOW.toString(), answer.get("at").textValue());
        assertEquals(questions.size(), answer.get("decisions").size());
        for (int i = 0; i < questions.size(); i++) {
            Submission submission = submission(questions.get(i));
            assertSame(
                    evaluator.decide(submission),
                    answer.get("decisions").get(i),
                    "seed " + seed + ": " + submission);
        }
    }

    @Test
    void oneAnswerIsWhatTheEvaluatorExplains() throws IOException {
        long seed = 7;
        Random random = new Random(seed);
        PolicyEvaluator evaluator = new PolicyEvaluator(POLICY);
        for (int i = 0; i < 500; i++) {
            DecisionQuestion question = random(random);
            Submission submission = submission(question);
            JsonNode answer = JSON.readTree(writer.one(question, epochs(submission.at())));
            String told = "seed " + seed + ": " + submission;

            assertSame(evaluator.decide(submission), answer, told);
            assertEquals(42, answer.get("revision").longValue(), told);
            assertEquals(submission.at().toString(), answer.get("at").textValue(), told);
            List<String> notes = new ArrayList<>();
            answer.get("notes").forEach(note -> notes.add(note.textValue()));
            assertEquals(evaluator.explain(submission).notes(), notes, told);
        }
    }

    private static String faults(DomainException refused) {
        StringBuilder text = new StringBuilder();
        refused.faults()
                .forEach(
                        f -> text.append(f.pointer()).append(' ').append(f.message()).append('\n'));
        return text.toString();
    }

    @Test
    void whatTheUndecidableQuestionsOfABatchLackIsToldForEach() {
        DecisionQuestion port = question("10.0.0.1", null, "ex01");
        port.port = 26;
        List<DecisionQuestion> questions =
                List.of(
                        question("10.0.0.1", null, "ex01"),
                        question("10.0.0.256", null, "ex01"),
                        question("10.0.0.1", null, "ex03"),
                        port,
                        question("10.0.0.1", "staff", "ex01"));

        DomainException refused =
                assertThrows(DomainException.class, () -> writer.batch(questions, epochs(NOW)));

        assertEquals(
                """
                /requests/1/address '10.0.0.256' is not an IP address: 256 is over 255
                /requests/2/server unknown server 'ex03' (the policy has ex01, ex02)
                /requests/3/port server 'ex01' has no port 26 (it has 25, 2500)
                /requests/4/account 'staff' is a group with members and no identity; name a member
                """,
                faults(refused));
    }

    @Test
    void oneBatchReachesALimitedNumberOfEpochs() {
        StringBuilder text = new StringBuilder("version: 1\nservers: [{name: ex01}]\ngrants:\n");
        for (int i = 0; i < 100; i++) {
            text.append("  - {key: g")
                    .append(i)
                    .append(", from: {addresses: [10.0.0.1]}, tier: internal, expires: ")
                    .append(2030 + i)
                    .append("-01-01}\n");
        }
        PolicySnapshot many =
                new PolicySnapshot(
                        new Revision(1, "h", 2, null, NOW, "ann", "", null),
                        PolicyDocument.parse(text.toString()).policy());
        List<DecisionQuestion> questions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            DecisionQuestion question = question("10.0.0.1", null, "ex01");
            question.at = Instant.parse((2030 + i) + "-06-01T00:00:00Z");
            questions.add(question);
        }

        DomainException refused =
                assertThrows(
                        DomainException.class,
                        () -> writer.batch(questions, new Epochs(many, NOW, many.epoch(NOW))));

        assertTrue(
                faults(refused).startsWith("/requests/64/at one request reaches at most 64"),
                faults(refused));
    }

    @Test
    void textBeyondAsciiArrivesWhole() {
        String json =
                new String(
                        writer.one(question("10.0.0.1", "m\u00fcller \"x\"", "ex01"), epochs(NOW)),
                        StandardCharsets.UTF_8);

        assertEquals(
                "{\"tier\":\"internal\",\"grant\":\"quote \\\" and \u00fc\",\"block\":null,\"revision\":42,"
                        + "\"at\":\"2026-06-01T12:00:00Z\",\"notes\":[\"account 'm\u00fcller \\\"x\\\"' is not a"
                        + " name this policy knows; it counts as (other)\"]}",
                json);
    }
}
