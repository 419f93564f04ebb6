package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Judges each entry by the guardrails: those built in, as the policy re-weighs them. */
final class GuardrailCheck {
    private static final String LOWER =
            "State the addresses it comes from, or lower the tier to internal.";

    private final Policy before;
    private final Policy after;
    private final Guardrails guardrails;
    private final BaseCover base;
    private final List<Finding> findings = new ArrayList<>();

    GuardrailCheck(Policy before, Policy after, Guardrails guardrails, Instant at) {
        this.before = before;
        this.after = after;
        this.guardrails = guardrails;
        base = new BaseCover(before, after);
        checkEmpty();
        checkEmptyFrom();
        checkFactors();
        checkPrefix(GuardrailRule.MAX_PREFIX_V4, AddressFamily.IPV4);
        checkPrefix(GuardrailRule.MAX_PREFIX_V6, AddressFamily.IPV6);
        checkRelayRanges();
        checkStated();
        findings.addAll(new ProtectionCheck(before, after, guardrails, base).findings());
        if (!before.equals(Policy.EMPTY)) {
            findings.addAll(ChangedAddresses.findings(before, after, guardrails, at));
            findings.addAll(GuardrailWeakening.findings(before, after, guardrails));
        }
    }

    List<Finding> findings() {
        return findings;
    }

    private void checkEmpty() {
        if (after.grants().isEmpty()) {
            findings.add(
                    Finding.ofPolicy(
                            guardrails.of(GuardrailRule.NO_EMPTY_POLICY).level(),
                            PolicyCheck.NO_EMPTY_POLICY,
                            "The policy has no grants: it would cut off every sender that is not"
                                    + " protected.",
                            "Add at least one grant."));
        }
    }

    /** A file cannot say it, but a policy built by a program can. */
    private void checkEmptyFrom() {
        String message = "says nobody in from: it would hold for everybody.";
        String remedy = "State addresses, accounts or computers.";
        checkGrants(GuardrailRule.NO_EMPTY_FROM, grant -> isEmpty(grant.from()), message, remedy);
        for (Block block : after.blocks()) {
            if (isEmpty(block.from())
                    && !guardrails.spares(GuardrailRule.NO_EMPTY_FROM, block.key())) {
                boolean had =
                        before.blocks().stream()
                                .anyMatch(old -> isEmpty(old.from()) && old.equals(block));
                findings.add(
                        weighed(
                                GuardrailRule.NO_EMPTY_FROM,
                                EntryKind.BLOCK,
                                block.key(),
                                had,
                                "Block '" + block.key() + "' " + message,
                                remedy));
            }
        }
    }

    private static boolean isEmpty(From from) {
        return from.addresses().isAny() && !from.needsIdentity();
    }

    /** A pickup grant can have no addresses; its folder's ACL is its second factor. */
    private void checkFactors() {
        checkGrants(
                GuardrailRule.TRUSTED_NEEDS_ADDRESSES,
                grant -> lacksAddresses(grant) && grant.tier() == Tier.TRUSTED,
                "gives trusted without addresses; identity alone opens at most internal.",
                LOWER);
        checkGrants(
                GuardrailRule.RELAY_NEEDS_ADDRESSES,
                grant -> lacksAddresses(grant) && grant.tier() == Tier.RELAY,
                "gives relay without addresses; identity alone opens at most internal.",
                LOWER);
        checkGrants(
                GuardrailRule.TRUSTED_NEEDS_TWO_FACTORS,
                grant ->
                        grant.tier() == Tier.TRUSTED
                                && !grant.to().pickup()
                                && !grant.from().addresses().isAny()
                                && !grant.from().needsIdentity(),
                "gives trusted to addresses alone; trusted needs two factors, since whoever takes"
                        + " over such an address skips every check.",
                "Ask for accounts or computers too, or lower the tier to relay.");
    }

    private static boolean lacksAddresses(Grant grant) {
        return grant.from().addresses().isAny() && !grant.to().pickup();
    }

    private void checkPrefix(GuardrailRule rule, AddressFamily family) {
        int limit = guardrails.of(rule).limit();
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

    /** Any address with an identity asked is judged by the tier rules, not as a network. */
    private static int shortestPrefix(Grant grant, AddressFamily family) {
        if (grant.from().addresses().isAny()) {
            return grant.from().needsIdentity() ? family.bits() : 0;
        }
        return shortestPrefix(grant.from().addresses().set(), family);
    }

    /**
     * Of the ranges of one family, the prefix of the smallest power of two that could hold as many
     * addresses as the longest; the family's width if there are none.
     */
    static int shortestPrefix(AddressSet set, AddressFamily family) {
        int shortest = family.bits();
        for (AddressRange range : set.ranges()) {
            if (range.family() == family) {
                long low = range.high().low() - range.low().low();
                long borrow =
                        Long.compareUnsigned(range.high().low(), range.low().low()) < 0 ? 1 : 0;
                long high = range.high().high() - range.low().high() - borrow;
                int bits =
                        high == 0
                                ? Long.SIZE - Long.numberOfLeadingZeros(low)
                                : 2 * Long.SIZE - Long.numberOfLeadingZeros(high);
                shortest = Math.min(shortest, family.bits() - bits);
            }
        }
        return shortest;
    }

    /**
     * What lacks addresses is told by the rules on factors, unless the policy draws its own line.
     */
    private void checkRelayRanges() {
        Guardrails.Weight weight = guardrails.of(GuardrailRule.RELAY_RANGES);
        AddressSet allowed = weight.ranges();
        checkGrants(
                GuardrailRule.RELAY_RANGES,
                grant ->
                        grant.tier().compareTo(Tier.RELAY) >= 0
                                && !grant.to().pickup()
                                && (weight.ownBound() || !grant.from().addresses().isAny())
                                && !BaseCover.effective(grant.from()).subtract(allowed).isEmpty(),
                "lets addresses outside " + allowed + " relay.",
                "Narrow its addresses, or name it in the guardrail's except.");
    }

    private void checkStated() {
        checkGrants(
                GuardrailRule.OWNER_STATED,
                grant -> isBlank(grant.owner()),
                "has no owner: nobody answers for it.",
                "State its owner.");
        checkGrants(
                GuardrailRule.REASON_STATED,
                grant -> isBlank(grant.reason()),
                "has no reason: nobody will know whether it is still needed.",
                "State its reason.");
        checkGrants(
                GuardrailRule.EXPIRY_STATED,
                grant -> grant.expires() == null,
                "never expires.",
                "State expires, the day by which somebody looks at it again.");
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private void checkGrants(
            GuardrailRule rule, Predicate<Grant> breaks, String message, String remedy) {
        for (Grant grant : after.grants()) {
            if (breaks.test(grant) && !guardrails.spares(rule, grant.key())) {
                findings.add(
                        weighed(
                                rule,
                                EntryKind.GRANT,
                                grant.key(),
                                base.gave(grant, breaks),
                                "Grant '" + grant.key() + "' " + message,
                                remedy));
            }
        }
    }

    private Finding weighed(
            GuardrailRule rule,
            EntryKind kind,
            String key,
            boolean had,
            String message,
            String remedy) {
        return Finding.weighed(guardrails.of(rule).level(), rule, kind, key, had, message, remedy);
    }
}
