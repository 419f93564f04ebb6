package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a policy demands of one server, as single submissions that its vantages can show: both ends
 * of each range of each grant, block and protected source, the addresses just outside them, the
 * middle of what nobody may, and each identity that an entry names. They take turns: a round of
 * {@link #turns} turns asks each exactly once, in an order that differs from round to round.
 * Deterministic and immutable.
 */
public final class ExpectationSample {
    /** With no more addresses than these, each address that a vantage has is asked itself. */
    private static final BigInteger FEW = BigInteger.valueOf(256);

    private record Candidate(
            int port, Address source, String account, String computer, String reason) {
        String key() {
            return port + " " + source + " " + account + " " + computer;
        }
    }

    private final PlanExpectations expectations;
    private final Server server;
    private final VantageReach reach;
    private final AddressSet sources;
    private final List<Candidate> candidates;

    private ExpectationSample(Policy policy, Server server, VantageReach reach, Instant at) {
        this.expectations = new PlanExpectations(policy, server, at);
        this.server = server;
        this.reach = reach;
        this.sources = reach.sources();
        Map<String, Candidate> found = new LinkedHashMap<>();
        for (int port : server.ports()) {
            collect(policy, port, found);
        }
        this.candidates = List.copyOf(found.values());
    }

    /**
     * All that the vantages can show of what the policy demands of the server.
     *
     * @param at when it is asked
     */
    public static ExpectationSample of(
            Policy policy, Server server, VantageReach reach, Instant at) {
        return new ExpectationSample(policy, server, reach, at);
    }

    /** How many expectations there are; 0 = no vantage can show any. */
    public int size() {
        return candidates.size();
    }

    /**
     * How many turns a round has.
     *
     * @param perTurn at least 1
     */
    public int turns(int perTurn) {
        return (candidates.size() + perTurn - 1) / perTurn;
    }

    /**
     * What a turn asks, what must be refused first: an opening is the worst surprise.
     *
     * @param turn from 0, of all turns of all rounds
     * @param perTurn at least 1
     */
    public List<PlannedProbe> turn(long turn, int perTurn) {
        int turns = turns(perTurn);
        if (turns == 0) {
            return List.of();
        }
        List<Candidate> shuffled = new ArrayList<>(candidates);
        long round = turn / turns;
        Collections.shuffle(shuffled, new Random(server.name().hashCode() * 31L + round));
        int from = (int) (turn % turns) * perTurn;
        return shuffled.subList(from, Math.min(from + perTurn, shuffled.size())).stream()
                .map(this::planned)
                .sorted(Comparator.comparing(PlannedProbe::expected))
                .toList();
    }

    /**
     * One expectation again.
     *
     * @param account null = none; likewise computer
     */
    public PlannedProbe ask(
            int port, Address source, String account, String computer, String reason) {
        return planned(new Candidate(port, source, account, computer, reason));
    }

    /** Whether the policy can be asked about it still: it has the port and may know the names. */
    public boolean canBeAsked(int port, String account, String computer) {
        return server.ports().contains(port) && isIdentity(account) && isIdentity(computer);
    }

    private boolean isIdentity(String name) {
        return name == null || expectations.isIdentity(name);
    }

    /** Whether a vantage can show it. */
    public boolean canShow(int port, Address source, String account, String computer) {
        return canBeAsked(port, account, computer)
                && sources.contains(source)
                && shows(source, account, computer);
    }

    private PlannedProbe planned(Candidate one) {
        Tier expected =
                expectations
                        .decide(
                                one.source(),
                                one.port(),
                                new ProvenIdentity(one.account(), one.computer()))
                        .tier();
        return new PlannedProbe(
                server.name(),
                null,
                one.port(),
                one.source(),
                one.account(),
                one.computer(),
                expected,
                one.reason(),
                false,
                "",
                null);
    }

    private void collect(Policy policy, int port, Map<String, Candidate> found) {
        AddressSet named = AddressSet.EMPTY;
        List<AddressRange> ranges = new ArrayList<>();
        for (Block block : policy.blocks()) {
            if (isAbout(block.to(), port)) {
                entry(port, "block " + block.key(), block.from(), found);
                ranges.addAll(block.from().effective().ranges());
            }
        }
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            // From there a packet passes no layer.
            if (isAbout(grant.to(), port) && !grant.key().equals("protected:loopback")) {
                entry(port, word(grant.key()), grant.from(), found);
                ranges.addAll(grant.from().effective().ranges());
            }
        }
        named = AddressSet.of(ranges);
        for (AddressRange gap : named.complement().intersect(sources).ranges()) {
            add(port, middle(gap), null, null, "what no entry names", found);
        }
        if (sources.count().compareTo(FEW) <= 0) {
            for (AddressRange range : sources.ranges()) {
                Address next = range.low();
                while (next != null && range.contains(next)) {
                    add(port, next, null, null, "an address of a vantage", found);
                    next = next.next().orElse(null);
                }
            }
        }
    }

    private static String word(String key) {
        return key.startsWith("protected:")
                ? "protected source " + key.substring("protected:".length())
                : "grant " + key;
    }

    private boolean isAbout(To to, int port) {
        return (to.servers().isEmpty()
                        || to.servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                && (to.ports().isEmpty() || to.ports().contains(port));
    }

    private void entry(int port, String name, From from, Map<String, Candidate> found) {
        for (AddressRange range : from.effective().ranges()) {
            for (Address end : List.of(range.low(), range.high())) {
                if (from.needsIdentity()) {
                    identities(port, name, end, from, found);
                }
                add(port, end, null, null, "an end of " + name, found);
            }
            range.low()
                    .previous()
                    .ifPresent(below -> add(port, below, null, null, "just below " + name, found));
            range.high()
                    .next()
                    .ifPresent(above -> add(port, above, null, null, "just above " + name, found));
        }
    }

    /** Each account with the first computer, and each computer with the first account. */
    private void identities(
            int port, String name, Address source, From from, Map<String, Candidate> found) {
        String account = from.accounts().isEmpty() ? null : from.accounts().get(0);
        String computer = from.computers().isEmpty() ? null : from.computers().get(0);
        add(port, source, account, computer, "as " + name + " asks", found);
        from.accounts()
                .forEach(one -> add(port, source, one, computer, "as " + name + " asks", found));
        from.computers()
                .forEach(one -> add(port, source, account, one, "as " + name + " asks", found));
    }

    private void add(
            int port,
            Address source,
            String account,
            String computer,
            String reason,
            Map<String, Candidate> found) {
        if (canShow(port, source, account, computer)) {
            Candidate one = new Candidate(port, source, account, computer, reason);
            found.putIfAbsent(one.key(), one);
        }
    }

    private boolean shows(Address source, String account, String computer) {
        return account == null && computer == null
                || reach.showsIdentities()
                || reach.vantages().stream()
                        .filter(vantage -> vantage.sources().contains(source))
                        .flatMap(vantage -> vantage.contexts().stream())
                        .anyMatch(
                                context ->
                                        isSame(context.account(), account)
                                                && isSame(context.computer(), computer));
    }

    private static boolean isSame(String has, String asked) {
        return asked == null || asked.equalsIgnoreCase(has);
    }

    private static Address middle(AddressRange range) {
        AddressFamily family = range.family();
        return Address.of(family, range.low().value().add(range.high().value()).shiftRight(1));
    }
}
