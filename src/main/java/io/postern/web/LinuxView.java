package io.postern.web;

import io.postern.enforcement.nftables.DropCounter;
import io.postern.enforcement.nftables.ForeignRule;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixService;
import io.postern.fleet.ServerReport;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a Linux host enforces as read back, for the page of its server.
 *
 * @param nftables null = it keeps none
 * @param postfix null likewise
 * @param hasNoConnectors whether there are none to show, since something else takes the mail
 */
public record LinuxView(Table nftables, Postfix postfix, boolean hasNoConnectors) {
    private static final int SHOWN = 100;

    /**
     * @param place where our table hangs, for people
     * @param dropped by our rules since the table was written last
     */
    public record Table(
            String name,
            Badge state,
            String place,
            List<OpeningRow> openings,
            List<String> dropped,
            List<ForeignRow> others,
            List<String> notes) {}

    /**
     * @param allowed the first of those that are let through
     * @param more how many ranges are not shown
     */
    public record OpeningRow(String ports, List<String> allowed, int more) {}

    /** What another table does to the ports. */
    public record ForeignRow(String where, Badge effect, String text) {}

    /** Who gets how far, and what stands in main.cf and master.cf. */
    public record Postfix(
            Badge state,
            String directory,
            List<String> clients,
            int moreClients,
            List<String> relay,
            int moreRelay,
            List<String> services,
            List<String> notes) {}

    static LinuxView of(ServerReport report) {
        return report == null
                ? new LinuxView(null, null, false)
                : new LinuxView(
                        table(report.nftables()),
                        postfix(report.postfix()),
                        report.observed().isEmpty()
                                && (report.nftables() != null || report.postfix() != null));
    }

    private static Table table(ObservedNftables observed) {
        if (observed == null) {
            return null;
        }
        NftablesState held = observed.held();
        return new Table(
                observed.table(),
                state(observed),
                observed.hook() == NftablesHook.INPUT
                        ? "on the server itself (hook input)"
                        : "on a gateway before the server (hook forward)",
                held.openings().stream().map(LinuxView::row).toList(),
                observed.counters().stream().map(LinuxView::words).toList(),
                observed.foreign().stream().map(LinuxView::row).toList(),
                observed.notes());
    }

    private static Badge state(ObservedNftables observed) {
        if (!observed.deviations().isEmpty()) {
            return Badge.bad("Changed by others");
        }
        return observed.held().isAbsent()
                ? Badge.quiet("No table of Postern's")
                : Badge.good("In force");
    }

    private static OpeningRow row(NftablesState.Opening opening) {
        return new OpeningRow(
                ports(opening.ports()),
                opening.allowed().stream().limit(SHOWN).toList(),
                Math.max(0, opening.allowed().size() - SHOWN));
    }

    private static String ports(List<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String words(DropCounter counter) {
        return (counter.family().equals("ipv4") ? "IPv4" : "IPv6")
                + ", port "
                + ports(counter.ports())
                + ": "
                + counter.packets()
                + " packets";
    }

    private static ForeignRow row(ForeignRule rule) {
        Badge effect =
                switch (rule.effect()) {
                    case DROPS -> Badge.warn("Drops");
                    case REDIRECTS -> Badge.bad("Takes elsewhere");
                    case ACCEPTS -> Badge.quiet("Accepts, which opens nothing");
                };
        return new ForeignRow(rule.table() + " " + rule.chain(), effect, rule.text());
    }

    private static Postfix postfix(ObservedPostfix observed) {
        if (observed == null) {
            return null;
        }
        return new Postfix(
                state(observed),
                observed.tableDirectory(),
                observed.held().clients().stream().limit(SHOWN).toList(),
                Math.max(0, observed.held().clients().size() - SHOWN),
                observed.held().relay().stream().limit(SHOWN).toList(),
                Math.max(0, observed.held().relay().size() - SHOWN),
                observed.services().stream().map(LinuxView::words).toList(),
                observed.notes());
    }

    private static Badge state(ObservedPostfix observed) {
        if (!observed.isRunning()) {
            return Badge.bad("Not running");
        }
        if (!observed.deviations().isEmpty()) {
            return Badge.bad("Changed by others");
        }
        return observed.held().isKept() ? Badge.good("In force") : Badge.quiet("As it was found");
    }

    private static String words(PostfixService service) {
        return service.name()
                + " "
                + service.type()
                + " "
                + service.command()
                + (service.overrides().isEmpty()
                        ? ""
                        : service.overrides().entrySet().stream()
                                .map(one -> " -o " + one.getKey() + "=" + one.getValue())
                                .collect(Collectors.joining()));
    }
}
