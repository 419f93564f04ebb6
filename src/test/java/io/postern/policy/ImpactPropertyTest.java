package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Impacts held against decisions, submission by submission. */
class ImpactPropertyTest {
    private static final int PRINCIPALS = 4;

    private record Place(String server, int port) {}

    /** The tiers of one policy by index; NONE where it lacks the place. */
    private static final class Tiers {
        private final Policy policy;
        private final Map<Instant, PolicyIndex> indexes = new HashMap<>();

        Tiers(Policy policy) {
            this.policy = policy;
        }

        Tier tier(Address address, String account, String computer, Place place, Instant at) {
            boolean has =
                    policy.server(place.server())
                            .map(server -> server.ports().contains(place.port()))
                            .orElse(false);
            if (!has) {
                return Tier.NONE;
            }
            PolicyIndex index = indexes.computeIfAbsent(at, any -> PolicyIndex.of(policy, at));
            return index.tier(
                    index.decide(
                            address,
                            index.account(account),
                            index.computer(computer),
                            index.place(place.server(), place.port())));
        }
    }

    @Test
    void regionsAreExactOnEveryAddressOfASlash26AndOfASlash122() {
        List<Address> addresses = new ArrayList<>();
        for (int i = -1; i <= 64; i++) {
            addresses.add(Address.ipv4(0x0A00_0000L + i));
            addresses.add(Address.ipv6(i < 0 ? 0xFCFF_FFFF_FFFF_FFFFL : 0xFD00L << 48, i));
        }
        for (String text : List.of("0.0.0.0", "255.255.255.255", "127.0.0.1", "::", "::1")) {
            addresses.add(Address.parse(text));
        }
        addresses.add(Address.last(AddressFamily.IPV6));
        int regions = 0;
        for (long seed = 0; seed < Seeds.of(8); seed++) {
            PolicyIndexPolicies policies = new PolicyIndexPolicies(seed, 2, PRINCIPALS, true);
            Policy before = policies.policy(3 + (int) seed, (int) seed % 3);
            Policy after = seed % 2 == 0 ? policies.policy(5, 1) : edited(before, seed, 2);
            regions += compare("seed " + seed, before, after, addresses);
        }
        assertTrue(regions > Seeds.fewest(50), "regions: " + regions);
    }

    /** Every identity, place and instant that matters, on the given addresses. */
    private static int compare(String label, Policy before, Policy after, List<Address> addresses) {
        List<Region> regions = Impact.between(before, after, null).regions();
        Tiers was = new Tiers(before);
        Tiers is = new Tiers(after);
        List<String> accounts = identities("user", "PC");
        List<String> computers = identities("PC");
        Set<Instant> times = times(before, after);
        for (Address address : addresses) {
            List<Region> here =
                    regions.stream().filter(r -> r.addresses().contains(address)).toList();
            for (Place place : places(before, after)) {
                for (Instant at : times) {
                    for (String account : accounts) {
                        for (String computer : computers) {
                            Submission s =
                                    new Submission(
                                            address,
                                            account,
                                            computer,
                                            place.server(),
                                            place.port(),
                                            at);
                            check(
                                    label,
                                    here,
                                    s,
                                    was.tier(address, account, computer, place, at),
                                    is.tier(address, account, computer, place, at));
                        }
                    }
                }
            }
        }
        return regions.size();
    }

    private static void check(String label, List<Region> regions, Submission s, Tier was, Tier is) {
        Region found = null;
        for (Region region : regions) {
            if (ImpactSmallSpaceTest.contains(region, s)) {
                if (found != null) {
                    fail(label + " two regions hold " + s);
                }
                found = region;
            }
        }
        boolean told =
                found == null
                        ? was == is
                        : found.before() == was && found.after() == is && was != is;
        if (!told) {
            fail(label + " " + s + ": " + was + " -> " + is + ", told " + found);
        }
    }

    private static List<String> identities(String... kinds) {
        List<String> identities = new ArrayList<>();
        identities.add(null);
        identities.add("(other)");
        for (String kind : kinds) {
            for (int i = 0; i < PRINCIPALS; i++) {
                identities.add(kind + i);
            }
        }
        return identities;
    }

    private static Set<Place> places(Policy... policies) {
        Set<Place> places = new HashSet<>();
        for (Policy policy : policies) {
            for (Server server : policy.servers()) {
                server.ports().forEach(port -> places.add(new Place(server.name(), port)));
            }
        }
        return places;
    }

    private static Set<Instant> times(Policy... policies) {
        Set<Instant> times = new TreeSet<>();
        times.add(Instant.EPOCH);
        for (Policy policy : policies) {
            for (Grant grant : policy.grants()) {
                for (Instant bound : new Instant[] {grant.notBefore(), grant.expires()}) {
                    if (bound != null) {
                        times.add(bound);
                        times.add(bound.minusSeconds(1));
                    }
                }
            }
        }
        return times;
    }

    /** A few grants and blocks removed, and some of another policy added. */
    private static Policy edited(Policy policy, long seed, int edits) {
        Random random = new Random(seed);
        List<Grant> grants = new ArrayList<>(policy.grants());
        List<Block> blocks = new ArrayList<>(policy.blocks());
        Policy other =
                new PolicyIndexPolicies(~seed, policy.servers().size(), PRINCIPALS, edits < 5)
                        .policy(edits, 1);
        for (int i = 0; i < edits && !grants.isEmpty(); i++) {
            grants.remove(random.nextInt(grants.size()));
        }
        for (Grant grant : other.grants()) {
            boolean fits =
                    grant.to().ports().isEmpty()
                            || policy.servers().stream()
                                    .anyMatch(s -> s.ports().containsAll(grant.to().ports()));
            if (fits) {
                grants.add(
                        new Grant(
                                "new-" + grant.key(),
                                grant.from(),
                                grant.to(),
                                grant.tier(),
                                null,
                                null,
                                null,
                                grant.notBefore(),
                                grant.expires()));
            }
        }
        other.blocks()
                .forEach(
                        b -> blocks.add(new Block("new-" + b.key(), b.from(), b.to(), null, null)));
        return new Policy(
                policy.acceptedDomains(),
                policy.servers(),
                policy.protectedSources(),
                policy.principals(),
                policy.addressSets(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    @Test
    void regionsAreExactWhereEveryRangeOfLargerPoliciesBeginsAndEnds() {
        for (long seed = 100; seed < 100 + Seeds.of(3); seed++) {
            PolicyIndexPolicies policies = new PolicyIndexPolicies(seed, 3, PRINCIPALS, false);
            Policy before = policies.policy(60, 8);
            Policy after = edited(before, seed, 12);
            List<Address> bounds = new ArrayList<>();
            for (Policy policy : List.of(before, after)) {
                for (Grant grant : policy.grants()) {
                    for (AddressRange range : grant.from().effective().ranges()) {
                        bounds.add(range.low());
                        bounds.add(range.high());
                        range.low().previous().ifPresent(bounds::add);
                        range.high().next().ifPresent(bounds::add);
                    }
                }
            }
            Collections.shuffle(bounds, new Random(seed));
            List<Address> some = bounds.subList(0, Math.min(60, bounds.size()));
            compare("seed " + seed, before, after, some);
        }
    }

    @Test
    void whatOneChangeAndThenAnotherDoIsWhatBothDoTogether() {
        for (long seed = 0; seed < Seeds.of(12); seed++) {
            SmallPolicies policies = new SmallPolicies(seed);
            Policy a = policies.policy();
            Policy b = seed % 2 == 0 ? policies.changed(a) : policies.policy();
            Policy c = policies.changed(b);
            Impact first = Impact.between(a, b, null);
            Impact second = Impact.between(b, c, null);
            Impact both = Impact.between(a, c, null);
            ReferenceDecision start = new ReferenceDecision(a);
            String label = "seed " + seed;
            Set<String> ofFirst = SmallSpace.strangers(a, b);
            Set<String> ofSecond = SmallSpace.strangers(b, c);
            Set<String> ofBoth = SmallSpace.strangers(a, c);
            SmallSpace.forEach(
                    raw -> {
                        Submission inFirst = SmallSpace.inWords(ofFirst, raw);
                        Submission inSecond = SmallSpace.inWords(ofSecond, raw);
                        Submission inBoth = SmallSpace.inWords(ofBoth, raw);
                        Tier was = start.decide(SmallSpace.asKnown(a, inBoth)).tier();
                        Tier between = applied(first, inFirst, was);
                        Tier stepwise = applied(second, inSecond, between);
                        if (stepwise != applied(both, inBoth, was)) {
                            assertEquals(applied(both, inBoth, was), stepwise, label + " " + raw);
                        }
                    });
        }
    }

    private static Tier applied(Impact impact, Submission s, Tier was) {
        for (Region region : impact.regions()) {
            if (ImpactSmallSpaceTest.contains(region, s)) {
                assertEquals(region.before(), was, () -> s + " in " + region);
                return region.after();
            }
        }
        return was;
    }
}
