package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The steps from what a firewall holds to what it should hold, and what they mean. What is new is
 * made before what is old is taken away, so that nobody is cut off in between whom both let
 * through, and nothing is ever open that neither opens.
 */
public final class FirewallPlan {
    private FirewallPlan() {}

    /**
     * The steps: authentication sets, connection security rules (exemptions first), own rules,
     * copies of originals, originals off; then what is no longer wanted, in reverse order. Where
     * originals are not to be closed they are on again, and their copies gone, before an own rule
     * is removed. An object that somebody changed is removed and made again. Of what is not ours
     * only originals are written, and only disabled and enabled.
     *
     * @throws IllegalArgumentException for a user: something that is not ours has a name that we
     *     need, or connection security was not read and is needed
     */
    public static List<FirewallStep> between(ObservedFirewall observed, FirewallState wanted) {
        requireRead(observed, wanted);
        List<FirewallStep> steps = new FirewallDifference(observed, wanted).steps();
        requireFree(observed, steps);
        return steps;
    }

    private static void requireRead(ObservedFirewall observed, FirewallState wanted) {
        if (observed.securityRules() == null && !wanted.securityRules().isEmpty()
                || observed.authenticationSets() == null
                        && !wanted.authenticationSets().isEmpty()) {
            throw new IllegalArgumentException(
                    "connection security rules and authentication sets were not read, and some of"
                            + " ours are wanted");
        }
    }

    private static void requireFree(ObservedFirewall observed, List<FirewallStep> steps) {
        Set<String> rules =
                observed.rules().stream()
                        .filter(rule -> rule.isLocal() && !rule.isOwn())
                        .map(FirewallRule::name)
                        .collect(Collectors.toSet());
        for (FirewallStep step : steps) {
            boolean isTaken = false;
            if (step instanceof FirewallStep.CreateRule || step instanceof FirewallStep.CopyRule) {
                isTaken = rules.contains(step.name());
            } else if (step instanceof FirewallStep.CreateSet) {
                isTaken =
                        observed.authenticationSets().stream()
                                .anyMatch(set -> named(set, step) && !set.isOwn());
            } else if (step instanceof FirewallStep.CreateSecurityRule) {
                isTaken =
                        observed.securityRules().stream()
                                .anyMatch(rule -> named(rule, step) && !rule.isOwn());
            }
            if (isTaken) {
                throw new IllegalArgumentException(
                        "'"
                                + step.name()
                                + "' has a name that Postern needs, but not Postern's group; rename"
                                + " or remove it");
            }
        }
    }

    /**
     * What of it is ours, as a state that {@link #between} can lead back to.
     *
     * @param ports the TCP ports that are kept
     */
    public static FirewallState held(ObservedFirewall observed, List<Integer> ports) {
        return new FirewallState(
                ports,
                new OriginalCopies(observed, ports).areClosed(),
                OwnRules.of(observed),
                OwnRules.security(observed),
                OwnRules.sets(observed));
    }

    /**
     * What of it is ours, for comparison with a state: where that wants the originals open, they
     * are so as soon as no copy of ours is left, since those that were off before stay off.
     */
    public static FirewallState held(ObservedFirewall observed, FirewallState wanted) {
        FirewallState held = held(observed, wanted.ports());
        boolean isClosed =
                wanted.originalsClosed()
                        ? held.originalsClosed()
                        : observed.rules().stream().anyMatch(FirewallRule::isCopy);
        return new FirewallState(
                held.ports(),
                isClosed,
                held.rules(),
                held.securityRules(),
                held.authenticationSets());
    }

    /**
     * What an undo goes back to: as {@link #held(ObservedFirewall, List)}, but where a copy of ours
     * is there the originals were closed, even if an update has put some of them back since.
     */
    public static FirewallState meant(ObservedFirewall observed, List<Integer> ports) {
        FirewallState held = held(observed, ports);
        return new FirewallState(
                held.ports(),
                held.originalsClosed() || observed.rules().stream().anyMatch(FirewallRule::isCopy),
                held.rules(),
                held.securityRules(),
                held.authenticationSets());
    }

    /** The ports that rules of ours are about, ascending; empty = there is none of ours. */
    public static List<Integer> keptPorts(ObservedFirewall observed) {
        return OwnRules.of(observed).stream()
                .flatMap(rule -> LocalPorts.of(rule.localPorts()).ranges().stream())
                .map(LocalPorts.Range::first)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * What is there after a step.
     *
     * @throws IllegalStateException if the step cannot be taken there
     */
    public static ObservedFirewall apply(ObservedFirewall observed, FirewallStep step) {
        if (step instanceof FirewallStep.CreateRule create) {
            return observed.withRules(added(observed, create.rule()));
        }
        if (step instanceof FirewallStep.CopyRule copy) {
            one(observed.rules(), rule -> isNamed(rule, copy.original()), copy.original());
            return observed.withRules(added(observed, copy.copy()));
        }
        if (step instanceof FirewallStep.RemoveRule || step instanceof FirewallStep.RemoveCopy) {
            FirewallRule rule =
                    one(
                            observed.rules(),
                            one -> isNamed(one, step.name()) && one.isOwn(),
                            step.name());
            return observed.withRules(without(observed.rules(), rule));
        }
        if (step instanceof FirewallStep.DisableOriginal) {
            return observed.withRules(switched(observed, step.name(), false));
        }
        if (step instanceof FirewallStep.EnableOriginal) {
            return observed.withRules(switched(observed, step.name(), true));
        }
        if (step instanceof FirewallStep.CreateSet create) {
            requireFree(observed.authenticationSets(), set -> named(set, step), step.name());
            return with(
                    observed,
                    observed.securityRules(),
                    plus(observed.authenticationSets(), create.set()));
        }
        if (step instanceof FirewallStep.RemoveSet) {
            AuthenticationSet set =
                    one(
                            observed.authenticationSets(),
                            each -> named(each, step) && each.isOwn(),
                            step.name());
            return with(
                    observed,
                    observed.securityRules(),
                    without(observed.authenticationSets(), set));
        }
        if (step instanceof FirewallStep.CreateSecurityRule create) {
            requireFree(observed.securityRules(), rule -> named(rule, step), step.name());
            return with(
                    observed,
                    plus(observed.securityRules(), create.rule()),
                    observed.authenticationSets());
        }
        ConnectionSecurityRule rule =
                one(
                        observed.securityRules(),
                        each -> named(each, step) && each.isOwn(),
                        step.name());
        return with(
                observed, without(observed.securityRules(), rule), observed.authenticationSets());
    }

    /**
     * What is there after all of them, in order.
     *
     * @throws IllegalStateException likewise
     */
    public static ObservedFirewall apply(ObservedFirewall observed, List<FirewallStep> steps) {
        ObservedFirewall after = observed;
        for (FirewallStep step : steps) {
            after = apply(after, step);
        }
        return after;
    }

    private static boolean isNamed(FirewallRule rule, String name) {
        return rule.isLocal() && rule.name().equals(name);
    }

    private static boolean named(ConnectionSecurityRule rule, FirewallStep step) {
        return rule.isLocal() && rule.name().equals(step.name());
    }

    private static boolean named(AuthenticationSet set, FirewallStep step) {
        return set.name().equals(step.name());
    }

    private static List<FirewallRule> added(ObservedFirewall observed, FirewallRule rule) {
        requireFree(observed.rules(), one -> isNamed(one, rule.name()), rule.name());
        return plus(observed.rules(), rule);
    }

    private static List<FirewallRule> switched(
            ObservedFirewall observed, String name, boolean isOn) {
        FirewallRule rule = one(observed.rules(), one -> isNamed(one, name) && !one.isOwn(), name);
        return observed.rules().stream().map(one -> one == rule ? one.enabled(isOn) : one).toList();
    }

    private static ObservedFirewall with(
            ObservedFirewall observed,
            List<ConnectionSecurityRule> securityRules,
            List<AuthenticationSet> authenticationSets) {
        return new ObservedFirewall(
                observed.profiles(),
                observed.rules(),
                securityRules,
                authenticationSets,
                observed.notes());
    }

    private static <T> List<T> plus(List<T> all, T more) {
        List<T> both = new ArrayList<>(all);
        both.add(more);
        return both;
    }

    private static <T> List<T> without(List<T> all, T gone) {
        return all.stream().filter(one -> one != gone).toList();
    }

    private static <T> void requireFree(List<T> all, Predicate<T> isIt, String name) {
        if (all == null || all.stream().anyMatch(isIt)) {
            throw new IllegalStateException("'" + name + "' is there already, or was not read");
        }
    }

    private static <T> T one(List<T> all, Predicate<T> isIt, String name) {
        List<T> found = all == null ? List.of() : all.stream().filter(isIt).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "there must be one '" + name + "', found " + found.size());
        }
        return found.get(0);
    }
}
