package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.Decision;
import io.postern.policy.Policy;
import io.postern.policy.PolicyIndex;
import io.postern.policy.Principal;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the decision engine says about one server at one instant. */
final class PlanExpectations {
    private final PolicyIndex index;
    private final Server server;
    private final Instant at;
    private final Map<String, Principal> principals = new HashMap<>();

    PlanExpectations(Policy policy, Server server, Instant at) {
        this.index = PolicyIndex.of(policy, at);
        this.server = server;
        this.at = at;
        for (Principal principal : policy.principals()) {
            principals.putIfAbsent(fold(principal.name()), principal);
            if (principal.sid() != null) {
                principals.putIfAbsent(fold(principal.sid()), principal);
            }
        }
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** For a port of the server and names that {@link #isIdentity} takes. */
    Decision decide(Address source, int port, ProvenIdentity as) {
        return index.decide(
                new Submission(source, as.account(), as.computer(), server.name(), port, at));
    }

    Decision decide(PlanPoint point) {
        return decide(point.source(), point.port(), point.as());
    }

    Tier tier(PlanPoint point) {
        return decide(point).tier();
    }

    /** Whether somebody can prove to be that: no group with members, no word for several. */
    boolean isIdentity(String name) {
        Principal known = principals.get(fold(name));
        return !name.startsWith("(")
                && !name.equals("*")
                && (known == null || !known.isExpandable());
    }

    /** Whether the policy says it is a computer. */
    boolean isComputer(String name) {
        Principal known = principals.get(fold(name));
        return known != null && known.kind().equalsIgnoreCase("computer");
    }

    /** Names in the order of their SIDs, in which firewall rules share them out. */
    List<String> bySid(List<String> names) {
        return names.stream()
                .filter(this::isIdentity)
                .sorted(Comparator.comparing(this::sid).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private String sid(String name) {
        Principal known = principals.get(fold(name));
        return known == null || known.sid() == null ? name : known.sid().toUpperCase(Locale.ROOT);
    }

    /** Everybody whom the policy declares and who can be proven, by name. */
    List<String> identities(boolean computers) {
        return principals.values().stream()
                .filter(one -> !one.isExpandable())
                .filter(one -> computers == one.kind().equalsIgnoreCase("computer"))
                .map(Principal::name)
                .distinct()
                .sorted()
                .toList();
    }
}
