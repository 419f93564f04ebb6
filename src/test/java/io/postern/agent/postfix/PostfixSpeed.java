package io.postern.agent.postfix;

import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixCompiler;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.postfix.PostfixText;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times of a large policy against a real Postfix, printed. Run as root by hand. */
public final class PostfixSpeed {
    private PostfixSpeed() {}

    /** With how many ranges; 100,000 unless stated. */
    public static void main(String[] arguments) throws IOException {
        int ranges = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("postfix-speed");
        Files.setPosixFilePermissions(
                directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        try (PostfixNetwork network = new PostfixNetwork(List.of("10.66.1.1", "10.66.1.2"));
                PostfixInstance instance =
                        PostfixInstance.start(network.name(), directory, "smtp", "")) {
            PostfixDriver driver =
                    new PostfixDriver(
                            "mx1",
                            instance.configDirectory(),
                            null,
                            PostfixInstance.POSTCONF,
                            PostfixInstance.POSTMAP,
                            PostfixInstance.POSTFIX,
                            Duration.ofSeconds(60),
                            directory);
            measure(ranges, driver, network);
        }
    }

    private static void measure(int ranges, PostfixDriver driver, PostfixNetwork network)
            throws IOException {
        Policy policy = policy(ranges);
        ObservedPostfix fresh = driver.read();
        PostfixState state = null;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            state =
                    PostfixCompiler.compile(
                                    policy,
                                    policy.servers().get(0),
                                    fresh,
                                    AddressSet.EMPTY,
                                    Instant.EPOCH)
                            .state();
            told("compile", start);
            start = System.nanoTime();
            int bytes = PostfixText.clients(state).length();
            told("text (" + bytes + " bytes)", start);
        }
        for (PostfixStep step : PostfixPlan.between(fresh, state)) {
            long start = System.nanoTime();
            driver.execute(step);
            told(step.getClass().getSimpleName(), start);
        }
        long start = System.nanoTime();
        driver.read();
        told("read back", start);
        List<String> more = new ArrayList<>(state.clients());
        more.add("10.66.1.1");
        PostfixState other = new PostfixState(true, state.found(), more, state.relay());
        for (int i = 0; i < 2; i++) {
            PostfixState wanted = i == 0 ? other : state;
            for (PostfixStep step : PostfixPlan.between(driver.read(), wanted)) {
                start = System.nanoTime();
                driver.execute(step);
                told("one range changed", start);
            }
            start = System.nanoTime();
            String[] seen = network.probe("10.66.1.1", 25);
            told("one session, " + seen[0], start);
        }
    }

    private static Policy policy(int ranges) {
        List<AddressRange> all = new ArrayList<>();
        for (int i = 0; i < ranges / 2; i++) {
            all.add(AddressRange.single(Address.ipv4(0x0B00_0000L + 4L * i)));
            all.add(AddressRange.single(Address.ipv6(0xFD00L << 48, 4L * i)));
        }
        String addresses = String.join("', '", AddressSet.of(all).texts());
        return PolicyDocument.parse(
                        "version: 1\nservers: [{name: mx1, addresses: [], enforcement: [postfix]}]\n"
                                + "grants: [{key: g, tier: internal, to: {servers: [mx1]}, from:"
                                + " {addresses: ['"
                                + addresses
                                + "']}}]\n")
                .policy();
    }

    private static void told(String what, long start) {
        System.out.printf(Locale.ROOT, "%s: %.0f ms%n", what, (System.nanoTime() - start) / 1e6);
    }
}
