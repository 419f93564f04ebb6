package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Every submission that small policies can tell apart. */
final class SmallSpace {
    static final String[] ACCOUNTS = {
        null, "(other)", "alice", "svc", "pc1", "pc2", "Staff", "Stranger"
    };
    static final String[] COMPUTERS = {null, "(other)", "pc1", "pc2", "Staff"};

    private SmallSpace() {}

    static void forEach(Consumer<Submission> visitor) {
        List<Address> addresses = SmallPolicies.addresses();
        for (String place : List.of("a:25", "a:26", "b:25")) {
            String server = place.substring(0, 1);
            int port = Integer.parseInt(place.substring(2));
            for (String account : ACCOUNTS) {
                for (String computer : COMPUTERS) {
                    for (Instant at : SmallPolicies.TIMES) {
                        for (Address address : addresses) {
                            visitor.accept(
                                    new Submission(address, account, computer, server, port, at));
                        }
                    }
                }
            }
        }
    }

    /** Whether the policy takes it: the server, the port, and no group with members as identity. */
    static boolean isAnswerable(Policy policy, Submission s) {
        boolean place =
                policy.server(s.server()).map(x -> x.ports().contains(s.port())).orElse(false);
        List<String> groups = new ArrayList<>();
        policy.principals().stream()
                .filter(p -> p.members() != null)
                .forEach(p -> groups.add(p.name()));
        return place && !groups.contains(s.account()) && !groups.contains(s.computer());
    }

    /** Names that are an identity in neither policy: regions speak of them as (other). */
    static Set<String> strangers(Policy before, Policy after) {
        Set<String> strangers = new HashSet<>();
        for (String name : ACCOUNTS) {
            if (name != null && !isIdentity(before, name) && !isIdentity(after, name)) {
                strangers.add(name);
            }
        }
        return strangers;
    }

    private static boolean isIdentity(Policy policy, String name) {
        List<String> used = new ArrayList<>();
        for (Principal principal : policy.principals()) {
            if (principal.members() == null) {
                used.add(principal.name());
            } else if (principal.name().equals(name)) {
                return false;
            } else {
                used.addAll(principal.members());
            }
        }
        policy.grants().forEach(g -> used.addAll(g.from().accounts()));
        policy.grants().forEach(g -> used.addAll(g.from().computers()));
        policy.blocks().forEach(b -> used.addAll(b.from().accounts()));
        policy.blocks().forEach(b -> used.addAll(b.from().computers()));
        return used.stream().anyMatch(name::equalsIgnoreCase);
    }

    static Submission inWords(Set<String> strangers, Submission s) {
        return new Submission(
                s.address(),
                strangers.contains(s.account()) ? "(other)" : s.account(),
                strangers.contains(s.computer()) ? "(other)" : s.computer(),
                s.server(),
                s.port(),
                s.at());
    }

    /** A group that got members is unknown as an identity of its own. */
    static Submission asKnown(Policy policy, Submission s) {
        return new Submission(
                s.address(),
                known(policy, s.account()),
                known(policy, s.computer()),
                s.server(),
                s.port(),
                s.at());
    }

    private static String known(Policy policy, String name) {
        boolean expandable =
                policy.principals().stream()
                        .anyMatch(p -> p.name().equals(name) && p.members() != null);
        return expandable ? "(other)" : name;
    }
}
