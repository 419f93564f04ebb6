package io.postern.enforcement.postfix;

import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far one smtpd service lets anonymous clients go: whoever passes all its lists, for a
 * recipient of an own domain and for a foreign one.
 */
final class ServiceVerdict {
    static final List<String> LISTS =
            List.of(
                    PostfixParameters.CLIENT,
                    "smtpd_helo_restrictions",
                    "smtpd_sender_restrictions",
                    PostfixParameters.RELAY,
                    "smtpd_recipient_restrictions");

    private final Map<String, AddressSet> own;
    private final Map<String, AddressSet> foreign;
    private final Map<String, AddressSet> refusing = new LinkedHashMap<>();

    ServiceVerdict(RestrictionContext context) {
        own = passing(context, false, PostfixParameters.CLIENT);
        foreign = passing(context, true, PostfixParameters.RELAY);
    }

    /** Who passes every list, by what lets them pass the one that is named. */
    private Map<String, AddressSet> passing(
            RestrictionContext context, boolean isForeign, String named) {
        Map<String, AddressSet> causes = Map.of();
        AddressSet through = AddressSet.ALL;
        for (String name : LISTS) {
            RestrictionList list = new RestrictionList(name, context, isForeign);
            through = through.intersect(list.passing());
            list.refused()
                    .forEach(
                            (cause, set) ->
                                    refusing.merge(cause + " in " + name, set, AddressSet::union));
            if (name.equals(named)) {
                causes = list.passed();
            }
        }
        Map<String, AddressSet> passing = new LinkedHashMap<>();
        for (Map.Entry<String, AddressSet> cause : causes.entrySet()) {
            AddressSet set = cause.getValue().intersect(through);
            if (!set.isEmpty()) {
                passing.put(cause.getKey(), set);
            }
        }
        return passing;
    }

    /** Who gets at least tier INTERNAL. */
    AddressSet clients() {
        return union(own);
    }

    /** Who gets tier RELAY. */
    AddressSet relay() {
        return union(foreign);
    }

    private static AddressSet union(Map<String, AddressSet> causes) {
        return causes.values().stream().reduce(AddressSet.EMPTY, AddressSet::union);
    }

    /** What lets some of these in, or relay; for people. */
    String permitting(AddressSet some, boolean isRelay) {
        return named(isRelay ? foreign : own, some);
    }

    /** What refuses some of these; for people. */
    String refusing(AddressSet some) {
        return named(refusing, some);
    }

    private static String named(Map<String, AddressSet> causes, AddressSet some) {
        return String.join(
                ", ",
                causes.entrySet().stream()
                        .filter(cause -> !cause.getValue().intersect(some).isEmpty())
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /**
     * As passages.
     *
     * @param reach from where clients reach the service at all
     */
    List<Passage> passages(int port, AddressSet reach) {
        List<Passage> passages = new ArrayList<>();
        add(passages, port, Tier.RELAY, foreign, reach);
        // Who may relay need not be told twice.
        add(passages, port, Tier.INTERNAL, own, reach.subtract(relay()));
        return passages;
    }

    private static void add(
            List<Passage> passages,
            int port,
            Tier tier,
            Map<String, AddressSet> causes,
            AddressSet within) {
        causes.forEach(
                (cause, set) -> {
                    AddressSet addresses = set.intersect(within);
                    if (!addresses.isEmpty()) {
                        passages.add(
                                Passage.of(
                                        PostfixEffect.KIND + ": " + cause, port, tier, addresses));
                    }
                });
    }
}
