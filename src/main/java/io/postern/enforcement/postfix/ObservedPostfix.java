package io.postern.enforcement.postfix;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A Postfix as it was read. Immutable.
 *
 * @param tableDirectory where our tables are or would be, an absolute path
 * @param held what of ours is there; kept as soon as there is any trace of ours: a table, or one of
 *     the two parameters
 * @param deviations what of ours is otherwise than we write it, each {@code <file or parameter>:
 *     <what>}; empty = as written
 * @param set the two parameters as they are set explicitly in main.cf now
 * @param effective values in force, defaults and references included, of the parameters that say
 *     who may submit or relay, by name
 * @param services those of master.cf that take mail connections
 * @param isRunning whether Postfix runs; a write refuses where it does not
 * @param notes what was odd but readable, for people
 */
public record ObservedPostfix(
        String tableDirectory,
        PostfixState held,
        List<String> deviations,
        PostfixParameters set,
        Map<String, String> effective,
        List<PostfixService> services,
        boolean isRunning,
        List<String> notes) {
    /** Where our tables lie on most systems. */
    public static final String USUAL_DIRECTORY = "/etc/postfix/postern";

    public ObservedPostfix {
        Objects.requireNonNull(tableDirectory);
        Objects.requireNonNull(held);
        deviations = List.copyOf(deviations);
        Objects.requireNonNull(set);
        effective = Collections.unmodifiableMap(new TreeMap<>(effective));
        services = List.copyOf(services);
        notes = List.copyOf(notes);
    }

    /** As its defaults leave it, compatibility level 3.6: no parameter set, one service. */
    public static ObservedPostfix ofFreshHost() {
        return new ObservedPostfix(
                USUAL_DIRECTORY,
                PostfixState.asFound(PostfixParameters.UNSET),
                List.of(),
                PostfixParameters.UNSET,
                Map.of(
                        PostfixParameters.CLIENT,
                        "",
                        PostfixParameters.RELAY,
                        PostfixText.DEFAULT_RELAY,
                        "compatibility_level",
                        "3.6",
                        "inet_interfaces",
                        "all",
                        "mynetworks",
                        "127.0.0.0/8 [::1]/128",
                        "smtpd_delay_reject",
                        "yes"),
                List.of(new PostfixService("smtp", "inet", "smtpd", Map.of())),
                true,
                List.of());
    }

    ObservedPostfix with(
            PostfixState nowHeld, PostfixParameters nowSet, Map<String, String> nowEffective) {
        return new ObservedPostfix(
                tableDirectory,
                nowHeld,
                deviations,
                nowSet,
                nowEffective,
                services,
                isRunning,
                notes);
    }

    ObservedPostfix withDeviations(List<String> others) {
        return new ObservedPostfix(
                tableDirectory, held, others, set, effective, services, isRunning, notes);
    }
}
