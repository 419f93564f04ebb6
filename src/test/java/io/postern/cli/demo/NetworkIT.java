package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.cli.network.ConnectionTable;
import io.postern.cli.network.NetworkLab;
import io.postern.policy.yaml.PolicyDocument;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The whole product on a network of its own: service, agents, a gateway, two servers, two clients.
 * What it prints is kept in docs/verification.md.
 */
class NetworkIT {
    private static final int STEPS = 14;

    @Test
    void eachClientGetsExactlyWhatThePolicySaysWhateverHappensOnTheWay() throws Exception {
        Optional<String> missing = NetworkLab.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
        String text;
        try (InputStream stream = NetworkIT.class.getResourceAsStream("/demo/network.yaml")) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        StringWriter said = new StringWriter();
        Narrator narrator = new Narrator(new PrintWriter(said, true), false);
        List<ConnectionTable> tables;
        try (NetworkLab lab = NetworkLab.start();
                NetworkStory story =
                        new NetworkStory(
                                lab,
                                narrator,
                                PolicyDocument.parse(text).policy(),
                                Clock.systemUTC())) {
            story.tell(text);
            narrator.end();
            tables = story.tables();
        }
        System.out.println(said);
        assertTrue(
                said.toString().contains("story: " + STEPS + " steps, " + STEPS + " passed"),
                said.toString());
        assertEquals(7, tables.size());
        tables.forEach(table -> assertEquals(8, table.rows().size()));
        // Otherwise a policy that says the same to everybody would pass.
        assertEquals(
                3,
                tables.get(1).rows().stream()
                        .map(ConnectionTable.Row::expected)
                        .distinct()
                        .count());
    }

    @Test
    void withoutWhatItNeedsTheDemoSaysSoAndEndsWithTwo() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        picocli.CommandLine line = new picocli.CommandLine(new DemoCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));

        assertEquals(2, line.execute("--network", "--policy", "some.yaml"));
        assertTrue(err.toString().contains("--network"), err.toString());
    }
}
