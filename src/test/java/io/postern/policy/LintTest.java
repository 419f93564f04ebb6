package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LintTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final String HEAD =
            """
            version: 1
            servers: [{name: ex01, addresses: [10.9.0.1]}, {name: ex02, ports: [25, 26]}]
            principals:
              - {name: x, kind: user, sid: S-1-5-21-1-2-3-1}
              - {name: y, kind: user}
              - {name: pc, kind: computer}
              - {name: both, kind: group, members: [x, Y]}
              - {name: nobody, kind: group, members: []}
            """;

    private static final List<Submission> SPACE = new ArrayList<>();

    static {
        SmallSpace.forEach(SPACE::add);
    }

    /** All principals are used, so that each case finds only what it is about. */
    private static final String TAIL =
            """
            assertions:
              - {key: t1, address: 10.0.0.1, account: x, computer: pc, server: ex01, expect: must-deny, at: 1970-01-01}
              - {key: t2, address: 10.0.0.1, account: y, server: ex01, expect: must-deny, at: 1970-01-01}
            """;

    static List<Arguments> cases() {
        return List.of(
                of("nothing", "- {key: a, from: {addresses: [10.0.0.1]}, tier: internal}", ""),
                of(
                        "the same under two keys",
                        """
                        - {key: b, from: {addresses: [10.0.0.0/31]}, tier: internal}
                        - {key: a, from: {addresses: [10.0.0.0, 10.0.0.1]}, tier: internal, owner: o}
                        """,
                        "duplicate a"),
                of(
                        "the same by SID, group and list of all servers",
                        """
                        - {key: a, from: {accounts: [x, y]}, tier: internal}
                        - {key: b, from: {accounts: [Y, S-1-5-21-1-2-3-1]}, to: {servers: [EX02, ex01]}, tier: internal}
                        - {key: c, from: {accounts: [both]}, tier: internal, to: {ports: [25, 26]}}
                        """,
                        "duplicate b; duplicate c"),
                of(
                        "a network within another",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/25]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.0.0/24]}, tier: internal, owner: o}
                        """,
                        "shadowed a"),
                of(
                        "a higher tier covers a lower one",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/24]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.0.0/24]}, tier: relay}
                        """,
                        "shadowed a"),
                of(
                        "a lower tier covers no higher one",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/25]}, tier: relay}
                        - {key: b, from: {addresses: [10.0.0.0/24]}, tier: internal}
                        """,
                        ""),
                of(
                        "two networks cover a range across them",
                        """
                        - {key: a, from: {addresses: [10.0.0.100-10.0.0.200]}, tier: internal, owner: o}
                        - {key: b, from: {addresses: [10.0.0.0/25]}, tier: internal, ticket: t}
                        - {key: c, from: {addresses: [10.0.0.128/25]}, tier: relay}
                        """,
                        "shadowed a"),
                of(
                        "a gap of one address is a gap",
                        """
                        - {key: a, from: {addresses: [10.0.0.100-10.0.0.200]}, tier: internal, owner: o}
                        - {key: b, from: {addresses: [10.0.0.0/25], except: [10.0.0.127]}, tier: internal, ticket: t}
                        - {key: c, from: {addresses: [10.0.0.128/25]}, tier: relay}
                        """,
                        ""),
                of(
                        "no identity asked covers an identity",
                        """
                        - {key: a, from: {addresses: [10.0.0.1], accounts: [x]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.0.1]}, tier: internal}
                        - {key: c, from: {accounts: [x], computers: [pc]}, tier: internal}
                        - {key: d, from: {accounts: [both]}, tier: internal}
                        """,
                        "shadowed a; shadowed c"),
                of(
                        "an identity covers no other",
                        """
                        - {key: a, from: {addresses: [10.0.0.1], accounts: [y]}, tier: internal}
                        - {key: b, from: {accounts: [x]}, tier: internal}
                        - {key: c, from: {computers: [pc]}, tier: internal}
                        """,
                        ""),
                of(
                        "all servers cover one",
                        """
                        - {key: a, from: {addresses: [10.0.0.1]}, to: {servers: [ex02]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.0.1]}, tier: internal}
                        """,
                        "shadowed a"),
                of(
                        "one port covers not all",
                        """
                        - {key: a, from: {addresses: [10.0.0.1]}, to: {servers: [ex02]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.0.1]}, to: {ports: [25]}, tier: internal}
                        """,
                        ""),
                of(
                        "a longer time covers a shorter one",
                        """
                        - {key: a, from: {addresses: [10.0.0.1]}, tier: internal, expires: 2027-03-01}
                        - {key: b, from: {addresses: [10.0.0.1]}, tier: internal, expires: 2027-04-01}
                        - {key: c, from: {addresses: [10.0.0.1]}, tier: internal, notBefore: 2027-02-01}
                        """,
                        "shadowed a"),
                of(
                        "a pickup grant opens another path",
                        """
                        - {key: a, from: {addresses: [10.0.0.1], accounts: [x]}, tier: relay}
                        - {key: b, from: {accounts: [x]}, to: {pickup: true}, tier: relay}
                        """,
                        ""),
                of(
                        "a protected source gives it already",
                        "- {key: a, from: {addresses: [127.0.0.1]}, tier: internal}",
                        "shadowed a"),
                of(
                        "a grant that a block beats",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/25]}, tier: trusted, expires: 2028-01-01}
                        blocks: [{key: z, from: {addresses: [10.0.0.0/24]}}]
                        """,
                        "shadowed a"),
                of(
                        "a grant that a block beats in part",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/24]}, tier: internal}
                        blocks: [{key: z, from: {addresses: [10.0.0.0/24], accounts: [x]}}]
                        """,
                        ""),
                of(
                        "a block within a block",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/23]}, tier: internal}
                        blocks:
                        - {key: y, from: {addresses: [10.0.0.1]}}
                        - {key: z, from: {addresses: [10.0.0.0/24]}}
                        """,
                        "shadowed y"),
                of(
                        "a grant that is over is no finding twice",
                        """
                        - {key: a, from: {addresses: [10.0.0.1]}, tier: internal, expires: 2027-01-01}
                        - {key: b, from: {addresses: [10.0.0.0/31]}, tier: internal}
                        """,
                        "expired a"),
                of(
                        "a block whose reminder is due",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/31]}, tier: internal}
                        blocks: [{key: z, from: {addresses: [10.0.0.1]}, expires: 2026-01-01}]
                        """,
                        "expired z"),
                of(
                        "entries that match nothing",
                        """
                        - {key: a, from: {addresses: [10.0.0.1], except: [10.0.0.0/24]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.1.1], accounts: [nobody]}, tier: internal}
                        - {key: c, from: {addresses: [10.0.2.1]}, tier: internal, notBefore: 2028-01-01, expires: 2028-01-01}
                        """,
                        "never-valid a; never-valid b; never-valid c"),
                of(
                        "three that could be one",
                        """
                        - {key: a, from: {addresses: [10.0.0.1]}, tier: internal, owner: o}
                        - {key: b, from: {addresses: [10.1.0.1]}, tier: internal, owner: o}
                        - {key: c, from: {addresses: [10.2.0.1]}, tier: internal, owner: o}
                        - {key: d, from: {addresses: [10.3.0.1]}, tier: internal, owner: other}
                        """,
                        "mergeable b"),
                of(
                        "accounts, computers, servers and ports can be joined",
                        """
                        - {key: a, from: {accounts: [x]}, tier: internal, owner: o1}
                        - {key: b, from: {accounts: [y]}, tier: internal, owner: o1}
                        - {key: c, from: {addresses: [10.0.0.1], computers: [pc]}, tier: internal, owner: o2}
                        - {key: d, from: {addresses: [10.0.0.1], computers: [both]}, tier: internal, owner: o2}
                        - {key: e, from: {addresses: [10.0.1.1]}, to: {servers: [ex01]}, tier: internal, owner: o3}
                        - {key: f, from: {addresses: [10.0.1.1]}, to: {servers: [ex02]}, tier: internal, owner: o3}
                        - {key: g, from: {addresses: [10.0.2.1]}, to: {ports: [25]}, tier: internal, owner: o4}
                        - {key: h, from: {addresses: [10.0.2.1]}, to: {ports: [26]}, tier: internal, owner: o4}
                        """,
                        "mergeable b; mergeable d; mergeable f; mergeable h"),
                of(
                        "exceptions that differ cannot be joined",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/24], except: [10.0.1.1]}, tier: internal}
                        - {key: b, from: {addresses: [10.0.1.0/24]}, tier: internal}
                        """,
                        ""),
                of(
                        "relay for a wide network",
                        """
                        - {key: a, from: {addresses: [10.0.0.0/23]}, tier: relay}
                        - {key: b, from: {addresses: [10.1.0.0/24, 'fd00::/64']}, tier: relay, ticket: t}
                        - {key: c, from: {addresses: ['fd01::/63']}, tier: relay, owner: o}
                        - {key: d, from: {addresses: [10.0.0.0/15]}, tier: internal}
                        """,
                        "too-wide a; too-wide c"),
                of(
                        "a set that nothing names",
                        """
                        - {key: a, from: {addresses: ['@Used']}, tier: internal}
                        addressSets: {used: [10.0.0.1], idle: [10.0.0.2]}
                        """,
                        "unused-address-set idle"));
    }

    private static Arguments of(String name, String grants, String expected) {
        return Arguments.of(name, grants, expected);
    }

    private static Policy policy(String grants) {
        return PolicyDocument.parse(HEAD + "grants:\n" + grants + "\n" + TAIL).policy();
    }

    private static List<PolicyCheck.Finding> lint(Policy policy) {
        return new PolicyLint(policy, new Guardrails(policy), NOW).findings();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void findsExactly(String name, String grants, String expected) {
        assertEquals(
                expected,
                String.join(
                        "; ",
                        lint(policy(grants)).stream()
                                .filter(
                                        f ->
                                                !f.entry().equals("both")
                                                        && !f.entry().equals("nobody"))
                                .map(f -> f.rule() + " " + f.entry())
                                .sorted()
                                .toList()));
    }

    @Test
    void eachFindingSaysWhatCoversItAndWhatToDo() {
        assertMessage(
                """
                - {key: a, from: {addresses: [10.0.0.100-10.0.0.200]}, tier: internal, owner: o}
                - {key: b, from: {addresses: [10.0.0.0/25]}, tier: internal, ticket: t}
                - {key: c, from: {addresses: [10.0.0.128/25]}, tier: relay}
                """,
                "shadowed",
                "Grant 'a' has no effect of its own: 'b', 'c' together give as much.",
                "Remove it, or narrow what covers it if this one was meant to decide.");
        assertMessage(
                """
                - {key: a, from: {addresses: [10.0.0.1]}, tier: internal}
                blocks: [{key: z, from: {addresses: [10.0.0.0/24]}}]
                """,
                "shadowed",
                "Grant 'a' never takes effect: block 'z' beats all of it.",
                "Remove it, or lift the block.");
        assertMessage(
                """
                - {key: a, from: {addresses: [10.0.0.1]}, tier: internal}
                - {key: b, from: {addresses: [10.1.0.1]}, tier: internal}
                """,
                "mergeable",
                "Grants 'a', 'b' differ only in their addresses.",
                "Write all their addresses in 'a' and remove the other.");
        assertMessage(
                "- {key: a, from: {addresses: [10.0.0.1], accounts: [boht]}, tier: internal}",
                "undeclared-principal",
                "Grant 'a' names 'boht', which principals does not declare.",
                "Declare it in principals, or correct the name; did you mean 'both'?");
        assertMessage(
                "- {key: a, from: {addresses: [10.0.0.1], accounts: [zzzzzz]}, tier: internal}",
                "undeclared-principal",
                "Grant 'a' names 'zzzzzz', which principals does not declare.",
                "Declare it in principals, or correct the name.");
    }

    private static void assertMessage(String grants, String rule, String message, String remedy) {
        PolicyCheck.Finding found =
                lint(policy(grants)).stream()
                        .filter(f -> f.rule().equals(rule))
                        .findFirst()
                        .orElseThrow();
        assertEquals(message, found.message());
        assertEquals(remedy, found.remedy());
    }

    /** Of a policy and of one to which narrower copies of its own grants were added. */
    @Test
    void removingWhatIsShadowedChangesNoTier() {
        int removed = 0;
        for (long seed = 1; seed <= Seeds.of(200); seed++) {
            Policy policy = crowded(new SmallPolicies(seed).policy(), new Random(seed));
            Set<String> grants = new HashSet<>();
            Set<String> blocks = new HashSet<>();
            for (PolicyCheck.Finding finding : lint(policy)) {
                if (Set.of("shadowed", "duplicate").contains(finding.rule())) {
                    (finding.kind() == EntryKind.GRANT ? grants : blocks).add(finding.entry());
                }
            }
            removed += grants.size() + blocks.size();
            String told = "seed " + seed + " without " + grants + " and " + blocks;
            if (!grants.isEmpty() || !blocks.isEmpty()) {
                assertSameTiers(policy, without(policy, grants, blocks), seed, told);
            }
            if (!grants.isEmpty()) {
                String one = grants.iterator().next();
                assertSameTiers(
                        policy, without(policy, Set.of(one), Set.of()), seed, told + ": " + one);
            }
        }
        assertTrue(removed > Seeds.fewest(150), "too few to prove anything: " + removed);
    }

    @Test
    void aNarrowerCopyIsAlwaysFound() {
        int copies = 0;
        for (long seed = 1; seed <= Seeds.of(300); seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            Random random = new Random(seed);
            LintSpace space = new LintSpace(policy);
            for (LintEntry entry : space.grants()) {
                Grant grant = policy.grants().get(entry.position());
                Grant copy = narrower(grant, "copy", random);
                Policy more = with(policy, List.of(copy));
                LintSpace moreSpace = new LintSpace(more);
                LintEntry copied = moreSpace.grants().get(moreSpace.grants().size() - 1);
                if (moreSpace.canMatch(copied)) {
                    copies++;
                    LintShadows shadows = new LintShadows(moreSpace, any -> false);
                    // An equal copy can win over the original where another one covers both.
                    assertTrue(
                            shadows.found().stream()
                                    .map(LintEntry::key)
                                    .anyMatch(Set.of("copy", grant.key())::contains),
                            "seed " + seed + ": " + copy + " beside " + grant);
                }
            }
        }
        assertTrue(copies > Seeds.fewest(200), "too few to prove anything: " + copies);
    }

    @Test
    void mergingAsTheRemedySaysChangesNoTier() {
        int merged = 0;
        Set<LintMerges.Dimension> seen = new HashSet<>();
        for (long seed = 1; seed <= Seeds.of(250); seed++) {
            Policy policy = crossed(new SmallPolicies(seed).policy());
            LintSpace space = new LintSpace(policy);
            for (LintMerges.Merge merge : new LintMerges(space, space.grants()).merges()) {
                merged++;
                seen.add(merge.dimension());
                if (merged % 2 == 0) {
                    assertSameTiers(
                            policy,
                            joined(policy, merge),
                            seed,
                            "seed " + seed + " merging " + merge);
                }
            }
        }
        assertTrue(merged > Seeds.fewest(200), "too few to prove anything: " + merged);
        assertEquals(Set.of(LintMerges.Dimension.values()), seen);
    }

    /** Over every seventh submission of the small space, from another one on for each seed. */
    private static void assertSameTiers(Policy a, Policy b, long seed, String told) {
        PolicyEvaluator left = new PolicyEvaluator(a);
        PolicyEvaluator right = new PolicyEvaluator(b);
        for (int i = (int) (seed % 7); i < SPACE.size(); i += 7) {
            Submission s = SPACE.get(i);
            if (SmallSpace.isAnswerable(a, s) && left.decide(s).tier() != right.decide(s).tier()) {
                throw new AssertionError(told + " differs at " + s + " in " + a);
            }
        }
    }

    private static Policy crowded(Policy policy, Random random) {
        List<Grant> copies = new ArrayList<>();
        for (Grant grant : policy.grants()) {
            if (random.nextInt(2) == 0) {
                copies.add(narrower(grant, "n-" + grant.key(), random));
            }
        }
        return with(policy, copies);
    }

    private static Grant narrower(Grant grant, String key, Random random) {
        From from = grant.from();
        int what = random.nextInt(5);
        Addresses except = from.except();
        if (what == 0) {
            List<String> terms = new ArrayList<>(except.terms());
            terms.add("10.0.0.3");
            except = new Addresses(terms, except.set().union(AddressSet.parse("10.0.0.3")));
        }
        List<String> accounts =
                what == 1 && from.accounts().isEmpty() ? List.of("alice") : from.accounts();
        List<String> computers =
                what == 2 && from.computers().isEmpty() ? List.of("pc1") : from.computers();
        return new Grant(
                key,
                new From(from.addresses(), except, accounts, computers),
                grant.to().servers().isEmpty() && what == 3
                        ? new To(List.of("A"), grant.to().ports(), false)
                        : grant.to(),
                what == 4 ? Tier.INTERNAL : grant.tier(),
                null,
                null,
                null,
                grant.notBefore() == null ? SmallPolicies.T1 : grant.notBefore(),
                grant.expires());
    }

    /** Each grant once more with one list of the next one. */
    private static Policy crossed(Policy policy) {
        List<Grant> more = new ArrayList<>();
        for (int i = 0; i < policy.grants().size(); i++) {
            Grant a = policy.grants().get(i);
            Grant b = policy.grants().get((i + 1) % policy.grants().size());
            From x = a.from();
            From y = b.from();
            more.add(
                    of(
                            a,
                            i + "a",
                            new From(y.addresses(), x.except(), x.accounts(), x.computers()),
                            a.to()));
            more.add(
                    of(
                            a,
                            i + "b",
                            new From(x.addresses(), x.except(), y.accounts(), x.computers()),
                            a.to()));
            more.add(
                    of(
                            a,
                            i + "c",
                            new From(x.addresses(), x.except(), x.accounts(), y.computers()),
                            a.to()));
            more.add(of(a, i + "d", x, new To(List.of("a"), a.to().ports(), false)));
            more.add(of(a, i + "e", x, new To(List.of("b"), a.to().ports(), false)));
            more.add(of(a, i + "f", x, new To(a.to().servers(), List.of(25), false)));
            more.add(of(a, i + "g", x, new To(a.to().servers(), List.of(26), false)));
        }
        // Without anybody in from there is no grant.
        more.removeIf(g -> g.from().addresses().isAny() && !g.from().needsIdentity());
        return with(policy, more);
    }

    private static Grant of(Grant grant, String key, From from, To to) {
        return new Grant(
                key,
                from,
                to,
                grant.tier(),
                grant.owner(),
                grant.reason(),
                grant.ticket(),
                grant.notBefore(),
                grant.expires());
    }

    private static Policy joined(Policy policy, LintMerges.Merge merge) {
        Grant first = merge.grants().get(0);
        List<String> terms = new ArrayList<>();
        AddressSet set = AddressSet.EMPTY;
        List<String> accounts = new ArrayList<>();
        List<String> computers = new ArrayList<>();
        List<String> servers = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (Grant grant : merge.grants()) {
            terms.addAll(grant.from().addresses().terms());
            set = set.union(grant.from().addresses().set());
            accounts.addAll(grant.from().accounts());
            computers.addAll(grant.from().computers());
            servers.addAll(grant.to().servers());
            ports.addAll(grant.to().ports());
        }
        From from = first.from();
        To to = first.to();
        boolean addresses = merge.dimension() == LintMerges.Dimension.ADDRESSES;
        From joined =
                new From(
                        addresses ? new Addresses(terms, set) : from.addresses(),
                        from.except(),
                        merge.dimension() == LintMerges.Dimension.ACCOUNTS
                                ? accounts
                                : from.accounts(),
                        merge.dimension() == LintMerges.Dimension.COMPUTERS
                                ? computers
                                : from.computers());
        To where =
                new To(
                        merge.dimension() == LintMerges.Dimension.SERVERS ? servers : to.servers(),
                        merge.dimension() == LintMerges.Dimension.PORTS ? ports : to.ports(),
                        false);
        Set<String> gone = new HashSet<>();
        merge.grants().forEach(grant -> gone.add(grant.key()));
        return with(
                without(policy, gone, Set.of()), List.of(of(first, first.key(), joined, where)));
    }

    private static Policy with(Policy policy, List<Grant> more) {
        List<Grant> grants = new ArrayList<>(policy.grants());
        grants.addAll(more);
        return of(policy, grants, policy.blocks());
    }

    private static Policy without(Policy policy, Set<String> grants, Set<String> blocks) {
        return of(
                policy,
                policy.grants().stream().filter(g -> !grants.contains(g.key())).toList(),
                policy.blocks().stream().filter(b -> !blocks.contains(b.key())).toList());
    }

    private static Policy of(Policy policy, List<Grant> grants, List<Block> blocks) {
        return new Policy(
                policy.acceptedDomains(),
                policy.servers(),
                policy.protectedSources(),
                policy.principals(),
                policy.addressSets(),
                grants,
                blocks,
                policy.assertions(),
                policy.guardrails());
    }
}
