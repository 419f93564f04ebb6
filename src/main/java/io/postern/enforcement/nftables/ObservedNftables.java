package io.postern.enforcement.nftables;

import java.util.List;
import java.util.Objects;

/**
 * The rule set of one host as it was read, as far as it bears on one server. Immutable.
 *
 * @param table the name of our table
 * @param hook where this agent's table belongs
 * @param held what of our table is as we write it
 * @param deviations what in it is otherwise than anything we write, in sentences; empty = none
 * @param foreign what other tables do to the server's ports
 * @param counters of our rules
 * @param notes what is not known, in sentences
 */
public record ObservedNftables(
        String table,
        NftablesHook hook,
        NftablesState held,
        List<String> deviations,
        List<ForeignRule> foreign,
        List<DropCounter> counters,
        List<String> notes) {
    public ObservedNftables {
        Objects.requireNonNull(table);
        Objects.requireNonNull(hook);
        Objects.requireNonNull(held);
        deviations = List.copyOf(deviations);
        foreign = List.copyOf(foreign);
        counters = List.copyOf(counters);
        notes = List.copyOf(notes);
    }

    /** A host without any rule. */
    public static ObservedNftables ofFreshHost(String server, NftablesHook hook) {
        return new ObservedNftables(
                NftablesNames.table(server),
                hook,
                NftablesState.ABSENT,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** After our table was written: others stay, what deviated is gone, counters begin anew. */
    ObservedNftables withHeld(NftablesState other) {
        return new ObservedNftables(
                table, hook, other, List.of(), foreign, NftablesText.counters(other), notes);
    }
}
