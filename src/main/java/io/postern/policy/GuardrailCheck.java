package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Judges the guardrails: those built in, and those the policy states or re-weighs. */
final class GuardrailCheck {
    private final Policy before;
    private final Policy after;
    private final ImpactUniverse universe;
    private final Map<String, Guardrail> stated = new HashMap<>();
    private final List<PolicyCheck.Finding> findings = new ArrayList<>();

    GuardrailCheck(Policy before, Policy after) {
        this.before = before;
        this.after = after;
        universe = new ImpactUniverse(before, after);
        after.guardrails().forEach(guardrail -> stated.put(guardrail.rule(), guardrail));
        checkEmpty();
        checkIdentityAlone();
        checkBlocks();
        checkPrefix(PolicyCheck.MAX_PREFIX_V4, AddressFamily.IPV4);
        checkPrefix(PolicyCheck.MAX_PREFIX_V6, AddressFamily.IPV6);
        checkRelayRanges();
    }

    List<PolicyCheck.Finding> findings() {
        return findings;
    }

    private PolicyCheck.Level level(String rule) {
        Guardrail guardrail = stated.get(rule);
        return guardrail == null
                ? PolicyCheck.Level.HARD
                : PolicyCheck.Level.valueOf(guardrail.level().toUpperCase(Locale.ROOT));
    }

    private boolean spares(String rule, String key) {
        return stated.containsKey(rule) && stated.get(rule).except().contains(key);
    }

    private void checkEmpty() {
        if (after.grants().isEmpty()) {
            findings.add(
                    new PolicyCheck.Finding(
                            level(PolicyCheck.NO_EMPTY_POLICY),
                            PolicyCheck.NO_EMPTY_POLICY,
                            null,
                            "The policy has no grants: it would cut off every sender that is not"
                                    + " protected.",
                            "Add at least one grant."));
        }
    }

    /** A pickup grant can have no addresses; its folder's ACL is its second factor. */
    private void checkIdentityAlone() {
        checkGrants(
                PolicyCheck.TRUSTED_NEEDS_ADDRESSES,
                grant -> lacksAddresses(grant) && grant.tier() == Tier.TRUSTED,
                "gives trusted without addresses; identity alone opens at most internal.",
                "State the addresses it comes from, or lower the tier to internal.");
        checkGrants(
                PolicyCheck.RELAY_NEEDS_ADDRESSES,
                grant -> lacksAddresses(grant) && grant.tier() == Tier.RELAY,
                "gives relay without addresses; identity alone opens at most internal.",
                "State the addresses it comes from, or lower the tier to internal.");
    }

    private static boolean lacksAddresses(Grant grant) {
        return grant.from().addresses().isAny() && !grant.to().pickup();
    }

    private void checkPrefix(String rule, AddressFamily family) {
        Guardrail guardrail = stated.get(rule);
        if (guardrail == null || guardrail.limit() == null) {
            return;
        }
        int limit = guardrail.limit();
        checkGrants(
                rule,
                grant -> shortestPrefix(grant, family) < limit,
                "is wider than the guardrail allows: a network of more addresses than /"
                        + limit
                        + " holds.",
                "Narrow its addresses to networks of /"
                        + limit
                        + " or smaller, or name it in the guardrail's except.");
    }

    /** Of any written range, the prefix of the smallest power of two that could hold as many. */
    private static int shortestPrefix(Grant grant, AddressFamily family) {
        // Any address with an identity asked is judged by the tier rules, not as a network.
        if (grant.from().addresses().isAny()) {
            return grant.from().needsIdentity() ? family.bits() : 0;
        }
        int shortest = family.bits();
        for (AddressRange range : grant.from().addresses().set().ranges(family)) {
            int bits = range.count().subtract(java.math.BigInteger.ONE).bitLength();
            shortest = Math.min(shortest, family.bits() - bits);
        }
        return shortest;
    }

    private void checkRelayRanges() {
        Guardrail guardrail = stated.get(PolicyCheck.RELAY_RANGES);
        if (guardrail == null) {
            return;
        }
        AddressSet allowed = guardrail.ranges().set();
        checkGrants(
                PolicyCheck.RELAY_RANGES,
                grant ->
                        grant.tier().compareTo(Tier.RELAY) >= 0
                                && !grant.to().pickup()
                                && !grant.from().effective().subtract(allowed).isEmpty(),
                "lets addresses outside " + allowed + " relay.",
                "Narrow its addresses, or name it in the guardrail's except.");
    }

    private void checkGrants(String rule, Predicate<Grant> breaks, String message, String remedy) {
        List<Grant> had = before.grants().stream().filter(breaks).toList();
        for (Grant grant : after.grants()) {
            if (breaks.test(grant) && !spares(rule, grant.key())) {
                add(
                        rule,
                        grant.key(),
                        had.stream().anyMatch(old -> covers(old, grant)),
                        "Grant '" + grant.key() + "' " + message,
                        remedy);
            }
        }
    }

    private void add(String rule, String key, boolean had, String message, String remedy) {
        findings.add(
                new PolicyCheck.Finding(
                        had ? PolicyCheck.Level.ADVISORY : level(rule),
                        rule,
                        key,
                        had ? message + " It is already in the base." : message,
                        remedy));
    }

    /** Whether the old grant gave all that the new one gives. */
    private boolean covers(Grant old, Grant grant) {
        return old.tier().compareTo(grant.tier()) >= 0
                && covers(old.from(), grant.from())
                && covers(old.to(), grant.to())
                && (old.notBefore() == null
                        || grant.notBefore() != null
                                && !grant.notBefore().isBefore(old.notBefore()))
                && (old.expires() == null
                        || grant.expires() != null && !grant.expires().isAfter(old.expires()));
    }

    private boolean covers(From old, From now) {
        return now.effective().subtract(old.effective()).isEmpty()
                && covers(old.accounts(), now.accounts())
                && covers(old.computers(), now.computers());
    }

    private boolean covers(List<String> old, List<String> now) {
        if (old.isEmpty() || now.isEmpty()) {
            return old.isEmpty();
        }
        BitSet more = universe.identities(universe.after.expand(now), false);
        more.andNot(universe.identities(universe.before.expand(old), true));
        return more.isEmpty();
    }

    /** Places a grant reaches now and the old one did not; the servers of the day count. */
    private boolean covers(To old, To now) {
        return universe.places().stream()
                .noneMatch(
                        place ->
                                place.after() != null
                                        && AddressTiers.applies(now, place.after(), place.port())
                                        && !(place.before() != null
                                                && AddressTiers.applies(
                                                        old, place.before(), place.port())));
    }

    private void checkBlocks() {
        AddressSet protectedNow = ProtectedSources.all(after);
        AddressSet protectedBefore = ProtectedSources.all(before);
        for (Block block : after.blocks()) {
            AddressSet touched = block.from().effective().intersect(protectedNow);
            if (touched.isEmpty() || spares(PolicyCheck.PROTECTED_SOURCES, block.key())) {
                continue;
            }
            boolean everywhere = block.from().addresses().isAny() && block.from().needsIdentity();
            boolean had =
                    before.blocks().stream()
                            .anyMatch(
                                    old ->
                                            covers(old.from(), block.from())
                                                    && covers(old.to(), block.to())
                                                    && touched.subtract(protectedBefore).isEmpty());
            if (everywhere) {
                findings.add(
                        new PolicyCheck.Finding(
                                PolicyCheck.Level.ADVISORY,
                                PolicyCheck.PROTECTED_SOURCES,
                                block.key(),
                                "Block '"
                                        + block.key()
                                        + "' holds from every address, so it also stops its"
                                        + " identities on protected sources.",
                                "Except the protected sources if that is not meant."));
            } else {
                add(
                        PolicyCheck.PROTECTED_SOURCES,
                        block.key(),
                        had,
                        "Block '" + block.key() + "' touches protected sources: " + touched + ".",
                        "Take these addresses out by except.");
            }
        }
    }
}
