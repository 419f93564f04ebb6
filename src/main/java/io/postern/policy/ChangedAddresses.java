package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of what a base grants a change alters at once: the addresses whose highest granted tier
 * differs, whoever and wherever the grants are for, against those the base grants. The families
 * apart, since one IPv6 network would drown all of IPv4.
 */
final class ChangedAddresses {
    private static final BigInteger HUNDRED = BigInteger.valueOf(100);
    private static final List<Tier> GRANTED = List.of(Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED);

    private ChangedAddresses() {}

    static List<Finding> findings(Policy before, Policy after, Guardrails guardrails, Instant at) {
        Guardrails.Weight weight = guardrails.of(GuardrailRule.MAX_CHANGE);
        AddressSet base = granted(before, Tier.INTERNAL, weight, at);
        AddressSet changed = AddressSet.EMPTY;
        for (Tier tier : GRANTED) {
            AddressSet was = tier == Tier.INTERNAL ? base : granted(before, tier, weight, at);
            AddressSet is = granted(after, tier, weight, at);
            changed = changed.union(was.subtract(is)).union(is.subtract(was));
        }
        List<Finding> findings = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            BigInteger total = count(base, family);
            BigInteger altered = count(changed, family);
            BigInteger allowed = total.multiply(BigInteger.valueOf(weight.limit()));
            // Where the base grants nothing there is nothing to compare with.
            if (total.signum() > 0 && altered.multiply(HUNDRED).compareTo(allowed) > 0) {
                findings.add(finding(family, altered, total, weight));
            }
        }
        return findings;
    }

    private static Finding finding(
            AddressFamily family, BigInteger altered, BigInteger total, Guardrails.Weight weight) {
        BigDecimal percent =
                new BigDecimal(altered.multiply(HUNDRED))
                        .divide(new BigDecimal(total), 1, RoundingMode.CEILING);
        return Finding.ofPolicy(
                weight.level(),
                GuardrailRule.MAX_CHANGE.word(),
                "The change alters as many "
                        + (family == AddressFamily.IPV4 ? "IPv4" : "IPv6")
                        + " addresses as "
                        + percent.toPlainString()
                        + " % of those the base grants ("
                        + altered
                        + " against "
                        + total
                        + "); at most "
                        + weight.limit()
                        + " % may change at once.",
                "Split the change, or name the grants that are meant in the guardrail's except.");
    }

    /**
     * Addresses of the grants of at least that tier which are not over. Grants that ask for an
     * identity and no address are left out: they would be every address there is.
     */
    private static AddressSet granted(
            Policy policy, Tier tier, Guardrails.Weight weight, Instant at) {
        List<AddressRange> ranges = new ArrayList<>();
        for (Grant grant : policy.grants()) {
            boolean over = grant.expires() != null && !grant.expires().isAfter(at);
            boolean identityAlone =
                    grant.from().addresses().isAny() && grant.from().needsIdentity();
            if (grant.tier().compareTo(tier) >= 0
                    && !over
                    && !identityAlone
                    && !weight.except().contains(grant.key())) {
                ranges.addAll(BaseCover.effective(grant.from()).ranges());
            }
        }
        return AddressSet.of(ranges);
    }

    private static BigInteger count(AddressSet set, AddressFamily family) {
        BigInteger count = BigInteger.ZERO;
        for (AddressRange range : set.ranges()) {
            if (range.family() == family) {
                count = count.add(range.count());
            }
        }
        return count;
    }
}
