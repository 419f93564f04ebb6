package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which probes prove a change on one server: for each region of its impact that a probe can reach,
 * its witness and both sides of its first boundary; and sentinels outside it. Deterministic.
 * Regions that ask for an identity which no vantage can show are not covered and are counted so.
 *
 * @param probes what to ask, harm first
 * @param regions how many regions of the impact touch the server
 * @param coveredRegions how many of them have a probe inside
 * @param addresses how many addresses those regions hold
 * @param coveredAddresses how many addresses the covered ones hold: one probe stands for its range
 * @param uncovered why the others have none, a sentence each
 * @param isBlind whether regions hold now and no probe is inside any of them: sentinels alone prove
 *     nothing of the change
 */
public record ProbePlan(
        List<PlannedProbe> probes,
        int regions,
        int coveredRegions,
        BigInteger addresses,
        BigInteger coveredAddresses,
        List<String> uncovered,
        boolean isBlind) {
    /** Exchange takes 20 sessions of one source; these bound the plan itself. */
    private static final int MAX_PROBES = 60;

    private static final int MAX_RANGES_PER_REGION = 6;
    private static final int MAX_SENTINELS = 8;

    public ProbePlan {
        probes = List.copyOf(probes);
        uncovered = List.copyOf(uncovered);
    }

    /**
     * Plans the proof of a policy on one server.
     *
     * @param impact regions of the change; empty = only sentinels
     * @param policy the policy that must hold afterwards
     * @param at the instant the probes will run
     */
    public static ProbePlan of(List<Region> impact, Policy policy, Server server, Instant at) {
        return of(impact, policy, server, at, VantageReach.EVERY_ADDRESS);
    }

    /**
     * Plans the proof of a policy on one server.
     *
     * @param reach what its vantages can show
     */
    public static ProbePlan of(
            List<Region> impact, Policy policy, Server server, Instant at, VantageReach reach) {
        Builder builder = new Builder(policy, server, at, reach);
        impact.stream()
                .filter(region -> region.servers().contains(server.name()))
                .forEach(builder::region);
        builder.witnesses();
        builder.sentinels();
        builder.boundaries();
        return builder.build();
    }

    /** Whom a probe proves to be; null = nobody. */
    private record Identity(String account, String computer) {
        static final Identity NONE = new Identity(null, null);
    }

    private static final class Builder {
        private final PolicyEvaluator evaluator;
        private final Policy policy;
        private final Server server;
        private final Instant at;
        private final VantageReach reach;
        private final Map<String, PlannedProbe> probes = new LinkedHashMap<>();
        private final List<String> uncovered = new ArrayList<>();
        private final List<Region> reachable = new ArrayList<>();
        private AddressSet changed = AddressSet.EMPTY;
        private int regions;
        private int covered;
        private int present;
        private BigInteger addresses = BigInteger.ZERO;
        private BigInteger coveredAddresses = BigInteger.ZERO;

        Builder(Policy policy, Server server, Instant at, VantageReach reach) {
            this.reach = reach;
            this.evaluator = new PolicyEvaluator(policy);
            this.policy = policy;
            this.server = server;
            this.at = at;
        }

        void region(Region region) {
            regions++;
            addresses = addresses.add(region.addressCount());
            present += holdsNow(region) ? 1 : 0;
            Optional<String> why = unreachable(region);
            if (why.isEmpty()) {
                changed = changed.union(region.addresses());
                reachable.add(region);
            } else {
                uncovered.add(why.get());
            }
        }

        /** One for each region, before anything else takes its place. */
        void witnesses() {
            for (Region region : reachable) {
                Address source = source(region);
                Identity as = identity(region);
                // Some places are kept for what must not have moved.
                if (probes.size() < MAX_PROBES - MAX_SENTINELS) {
                    ask(source, as, "witness of what " + word(region), false);
                    if (!as.equals(Identity.NONE)) {
                        ask(
                                source,
                                Identity.NONE,
                                "without the identity that " + word(region),
                                true);
                    }
                }
                if (probes.containsKey(key(source, as))) {
                    covered++;
                    coveredAddresses = coveredAddresses.add(region.addressCount());
                } else {
                    uncovered.add(
                            region.direction()
                                    + " at "
                                    + source
                                    + ": more regions than the plan has probes");
                }
            }
        }

        void boundaries() {
            for (Region region : reachable) {
                String word = word(region);
                List<AddressRange> ranges = region.addresses().ranges();
                for (int i = 0; i < Math.min(ranges.size(), MAX_RANGES_PER_REGION); i++) {
                    AddressRange range = ranges.get(i);
                    ask(range.low(), "first address of what " + word, false);
                    ask(range.high(), "last address of what " + word, false);
                    range.low().previous().ifPresent(a -> outside(a, "just below what " + word));
                    range.high().next().ifPresent(a -> outside(a, "just above what " + word));
                }
            }
        }

        private void outside(Address source, String reason) {
            ask(source, reason, !changed.contains(source));
        }

        /** The witness's address, or else the first one at which a vantage stands. */
        private Address source(Region region) {
            Address witness = region.witness().address();
            return reach.sources().contains(witness)
                    ? witness
                    : region.addresses().intersect(reach.sources()).ranges().get(0).low();
        }

        private static String word(Region region) {
            return region.direction().name().toLowerCase(java.util.Locale.ROOT);
        }

        private Optional<String> unreachable(Region region) {
            String at = region.direction() + " at " + region.witness().address();
            if (!reach.showsIdentities() && !identity(region).equals(Identity.NONE)) {
                return Optional.of(at + ": needs a proven identity, which no vantage can show");
            }
            if (!region.ports().contains(port())) {
                String ports =
                        String.join(", ", region.ports().stream().map(String::valueOf).toList());
                return Optional.of(
                        at
                                + ": holds on port "
                                + ports
                                + " alone, and port "
                                + port()
                                + " is asked");
            }
            if (region.addresses().intersect(reach.sources()).isEmpty()) {
                return Optional.of(at + ": no vantage stands at any of its addresses");
            }
            return holdsNow(region)
                    ? Optional.empty()
                    : Optional.of(at + ": does not hold yet, or no longer");
        }

        private boolean holdsNow(Region region) {
            return (region.from() == null || !at.isBefore(region.from()))
                    && (region.until() == null || at.isBefore(region.until()));
        }

        /** The one port that is asked. */
        private int port() {
            return server.ports().get(0);
        }

        /** Grants elsewhere and protected sources must still be as the policy says. */
        void sentinels() {
            int asked = 0;
            for (Grant grant : ProtectedSources.withGrants(policy)) {
                if (asked == MAX_SENTINELS) {
                    return;
                }
                List<AddressRange> ranges = grant.from().effective().ranges();
                if (!grant.from().needsIdentity()
                        && !ranges.isEmpty()
                        && !changed.contains(ranges.get(0).low())
                        && !grant.key().equals("protected:loopback")) {
                    asked += ask(ranges.get(0).low(), "sentinel: " + grant.key(), true) ? 1 : 0;
                }
            }
        }

        private static Identity identity(Region region) {
            return new Identity(
                    one(region.accounts(), region.witness().account()),
                    one(region.computers(), region.witness().computer()));
        }

        /** Null where nobody need prove anything; the witness's where somebody must. */
        private static String one(List<String> names, String ofWitness) {
            return names.contains("*") || names.contains("(none)") ? null : ofWitness;
        }

        private static String key(Address source, Identity as) {
            return source + " " + as;
        }

        private boolean ask(Address source, String reason, boolean sentinel) {
            return ask(source, Identity.NONE, reason, sentinel);
        }

        private boolean ask(Address source, Identity as, String reason, boolean sentinel) {
            if (probes.size() >= MAX_PROBES || !reach.sources().contains(source)) {
                return false;
            }
            Tier expected =
                    evaluator
                            .decide(
                                    new Submission(
                                            source,
                                            as.account(),
                                            as.computer(),
                                            server.name(),
                                            port(),
                                            at))
                            .tier();
            return probes.putIfAbsent(
                            key(source, as),
                            new PlannedProbe(
                                    server.name(),
                                    null,
                                    port(),
                                    source,
                                    as.account(),
                                    as.computer(),
                                    expected,
                                    reason,
                                    sentinel,
                                    "",
                                    null))
                    == null;
        }

        ProbePlan build() {
            List<PlannedProbe> ordered = new ArrayList<>(probes.values());
            // An opening is the worst surprise, so what must be refused is asked first.
            ordered.sort(java.util.Comparator.comparing(PlannedProbe::expected));
            return new ProbePlan(
                    ordered,
                    regions,
                    covered,
                    addresses,
                    coveredAddresses,
                    uncovered,
                    present > 0 && covered == 0);
        }
    }
}
