package io.postern.cli.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.probe.Prober;
import io.postern.policy.Address;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The prober inside a host: a question on each line of standard input, its answer on a line of
 * standard output. Ends with its input.
 */
final class LabProbeMain {
    /** Nothing is slow in the lab, so whoever does not answer by then dropped it. */
    private static final ProbeTimeouts TIMEOUTS =
            new ProbeTimeouts(
                    Duration.ofMillis(1500), Duration.ofSeconds(20), Duration.ofSeconds(60));

    private static final ObjectMapper JSON = new ObjectMapper();

    private LabProbeMain() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(
                    JSON.writeValueAsString(answer(JSON.readValue(line, LabProbe.Question.class))));
        }
    }

    private static LabProbe.Answer answer(LabProbe.Question question) throws IOException {
        long began = System.nanoTime();
        ProbeOutcome outcome =
                new Prober()
                        .probe(
                                new InetSocketAddress(address(question.server()), question.port()),
                                new ProbeSource.Real(address(question.source())),
                                new ProbeSettings(
                                        "postern-lab.invalid",
                                        "lab@example.com",
                                        question.ownRecipient(),
                                        question.foreignRecipient()),
                                TIMEOUTS);
        ObservedTier tier = ObservedTier.of(outcome, true);
        return new LabProbe.Answer(
                tier.level(),
                outcome.kind().name(),
                tier.reason(),
                outcome.reply() == null
                        ? null
                        : outcome.reply().code() + " " + outcome.reply().text(),
                (System.nanoTime() - began) / 1_000_000);
    }

    /** Only what is an address: a name would be looked up. */
    private static InetAddress address(String text) throws IOException {
        return InetAddress.getByName(Address.parse(text).toString());
    }
}
