package io.postern.agent.nftables;

import io.postern.enforcement.nftables.NftablesCompiler;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.NftablesText;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.nftables.RandomNftables;
import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Measures a whole set and a change of one range on a real kernel, as root: {@code NftablesSpeed
 * RANGES...}. Prints milliseconds of each part, nft's own apart.
 */
public final class NftablesSpeed {
    private static final int ROUNDS = 5;

    private NftablesSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("nft-speed");
        try (Network network = Network.lone()) {
            Nft nft =
                    new Nft(network.nft("server", directory), Duration.ofSeconds(60), 128_000_000);
            for (String ranges : arguments) {
                for (int round = 0; round < ROUNDS; round++) {
                    measure(Integer.parseInt(ranges), nft, directory);
                }
            }
        }
    }

    private static void measure(int ranges, Nft nft, Path directory) throws Exception {
        Policy policy = policy(RandomNftables.large(ranges, 1));
        long t0 = System.nanoTime();
        NftablesState state =
                NftablesCompiler.compile(
                                policy,
                                policy.servers().get(0),
                                NftablesHook.FORWARD,
                                AddressSet.EMPTY,
                                Instant.EPOCH)
                        .state();
        long t1 = System.nanoTime();
        String text = NftablesText.replace("postern_ex01", state);
        Path file = Files.writeString(directory.resolve("whole.nft"), text);
        long t2 = System.nanoTime();
        nft.run("-c", "-f", file.toString());
        long t3 = System.nanoTime();
        nft.run("-f", file.toString());
        long t4 = System.nanoTime();
        String listing = nft.run("-j", "list", "ruleset");
        long t5 = System.nanoTime();
        ObservedNftables read =
                NftablesExports.parse(listing, "postern_ex01", NftablesHook.FORWARD, List.of(25));
        long t6 = System.nanoTime();
        if (!read.held().equals(state) || !read.deviations().isEmpty()) {
            throw new IllegalStateException("it reads back otherwise");
        }
        System.out.printf(
                "%d ranges: compile %d, text %d, nft -c %d, nft -f %d (sum %d); nft -j list %d,"
                        + " read %d%n",
                ranges,
                ms(t0, t1),
                ms(t1, t2),
                ms(t2, t3),
                ms(t3, t4),
                ms(t0, t4),
                ms(t4, t5),
                ms(t5, t6));
        NftablesDriver driver =
                new NftablesDriver("EX01", List.of(25), NftablesHook.FORWARD, nft, directory);
        ObservedNftables before = driver.read();
        NftablesState other =
                new NftablesState(
                        state.hook(),
                        state.addresses(),
                        List.of(
                                new NftablesState.Opening(
                                        List.of(25),
                                        state.allowed(25)
                                                .union(AddressSet.parse("192.0.2.1"))
                                                .texts())));
        NftablesStep step = NftablesPlan.between(before, other).get(0);
        long t7 = System.nanoTime();
        driver.execute(step);
        long t8 = System.nanoTime();
        System.out.printf("%d ranges: one range more, driver.execute %d%n", ranges, ms(t7, t8));
    }

    private static long ms(long from, long to) {
        return (to - from) / 1_000_000;
    }

    private static Policy policy(AddressSet addresses) {
        Server server =
                new Server(
                        "EX01",
                        AddressSet.parse("10.20.0.11", "fd00:20::b"),
                        List.of(25),
                        null,
                        List.of("nftables"),
                        AddressSet.EMPTY,
                        List.of(),
                        ServerMode.ENFORCE);
        From from =
                new From(
                        new Addresses(addresses.texts(), addresses),
                        Addresses.NOT_ASKED,
                        List.of(),
                        List.of());
        Grant grant =
                new Grant("all", from, To.EVERYWHERE, Tier.INTERNAL, null, null, null, null, null);
        return new Policy(
                List.of(),
                List.of(server),
                List.of(),
                List.of(),
                Map.of(),
                List.of(grant),
                List.of(),
                List.of(),
                List.of());
    }
}
