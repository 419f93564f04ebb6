package io.postern.policy;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Design.md section 3 read once more, as plainly as can be and sharing nothing with the evaluator:
 * what both are held against.
 */
final class ReferenceDecision {
    private static final Map<String, AddressRange> PARSED = new ConcurrentHashMap<>();

    private final Policy policy;
    private final List<Grant> grants;

    ReferenceDecision(Policy policy) {
        this.policy = policy;
        grants = ProtectedSources.withGrants(policy);
    }

    /** NONE where the policy lacks the server or port. */
    Decision decide(Submission s) {
        Server server =
                policy.servers().stream()
                        .filter(x -> x.name().equalsIgnoreCase(s.server()))
                        .filter(x -> x.ports().contains(s.port()))
                        .findAny()
                        .orElse(null);
        if (server == null) {
            return new Decision(Tier.NONE, null, null);
        }
        Grant grant =
                grants.stream()
                        .filter(g -> matches(g.from(), g.to(), s))
                        .filter(g -> g.notBefore() == null || !s.at().isBefore(g.notBefore()))
                        .filter(g -> g.expires() == null || s.at().isBefore(g.expires()))
                        .min(
                                Comparator.comparing(Grant::tier, Comparator.reverseOrder())
                                        .thenComparing(Grant::key))
                        .orElse(null);
        String block =
                policy.blocks().stream()
                        .filter(b -> matches(b.from(), b.to(), s))
                        .map(Block::key)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        Tier tier = grant == null || block != null ? Tier.NONE : grant.tier();
        return new Decision(tier, grant == null ? null : grant.key(), block);
    }

    private boolean matches(From from, To to, Submission s) {
        boolean address =
                (from.addresses().terms().isEmpty() || in(from.addresses().terms(), s.address()))
                        && !in(from.except().terms(), s.address());
        boolean server =
                to.servers().isEmpty()
                        || to.servers().stream().anyMatch(s.server()::equalsIgnoreCase);
        boolean port = to.ports().isEmpty() || to.ports().contains(s.port());
        return address
                && server
                && port
                && proven(from.accounts(), s.account())
                && proven(from.computers(), s.computer());
    }

    private static boolean in(List<String> terms, Address address) {
        BigInteger value = address.value();
        for (String term : terms) {
            AddressRange range = PARSED.computeIfAbsent(term, AddressRange::parse);
            if (range.low().family() == address.family()
                    && range.low().value().compareTo(value) <= 0
                    && range.high().value().compareTo(value) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean proven(List<String> asked, String identity) {
        if (asked.isEmpty()) {
            return true;
        }
        if (identity == null || identity.equals("(none)") || identity.equals("(other)")) {
            return false;
        }
        Set<String> leaves = new HashSet<>();
        asked.forEach(name -> expand(name, leaves, new HashSet<>()));
        return leaves.contains(identity.toLowerCase());
    }

    private void expand(String name, Set<String> leaves, Set<String> seen) {
        String folded = name.toLowerCase();
        Principal group =
                policy.principals().stream()
                        .filter(p -> p.name().equalsIgnoreCase(name) && p.members() != null)
                        .findAny()
                        .orElse(null);
        if (group == null) {
            leaves.add(folded);
        } else if (seen.add(folded)) {
            group.members().forEach(member -> expand(member, leaves, seen));
        }
    }
}
