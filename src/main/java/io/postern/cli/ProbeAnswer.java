package io.postern.cli;

import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.RelayTrick;
import io.postern.smtp.SmtpReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What one address of the probed host answered.
 *
 * @param source whom the server took for the client, for people
 * @param ownDomain null = not asked for
 * @param message the outcome of the test message; null = none was sent
 * @param tricks empty = none was tried
 */
record ProbeAnswer(
        InetSocketAddress target,
        String source,
        String ownDomain,
        ProbeOutcome outcome,
        ProbeOutcome message,
        List<Tried> tricks) {
    /** One trick of address syntax and what became of it. */
    record Tried(RelayTrick trick, String argument, ProbeOutcome outcome) {
        RelayTrick.Result result() {
            return trick.read(outcome);
        }
    }

    /** No filter is known of: a time-out or a reset says nothing certain. */
    ObservedTier tier() {
        return ObservedTier.of(outcome, false);
    }

    String address() {
        return target.getAddress().getHostAddress();
    }

    String family() {
        return family(target.getAddress());
    }

    static String family(InetAddress address) {
        return address.getAddress().length == 4 ? "IPv4" : "IPv6";
    }

    /** The verdict for people, one sentence. */
    String sentence() {
        String from = "From " + source + " this server ";
        String own = ownDomain == null ? "its own domains" : ownDomain;
        return switch (tier().level()) {
            case AT_LEAST_RELAY -> from + "relays: it takes mail for any recipient.";
            case INTERNAL -> from + "takes mail for " + own + " and refuses to relay.";
            case NONE -> from + "takes no mail: " + tier().reason() + ".";
            case UNKNOWN ->
                    outcome.kind() == ProbeOutcome.Kind.REFUSED_AT_RCPT_FOREIGN_ALONE
                            ? from
                                    + "refuses to relay; whether it takes mail for its own domains"
                                    + " was not asked (--internal)."
                            : "From "
                                    + source
                                    + " it cannot be told how far this server goes: "
                                    + unknown()
                                    + ".";
        };
    }

    private String unknown() {
        return switch (outcome.kind()) {
            case CONNECT_TIMEOUT ->
                    "nothing answered the connection attempt: a filter drops it, or host or route"
                            + " is down";
            case CONNECT_REFUSED ->
                    "the connection was refused: no service listens there, or a filter resets it";
            default -> tier().reason();
        };
    }

    /** Code and text of a reply in one line; empty if there is none. */
    static String text(SmtpReply reply) {
        return reply == null ? "" : reply.code() + " " + reply.text();
    }

    /** How many tricks had this result. */
    long count(RelayTrick.Result result) {
        return tricks.stream().filter(one -> one.result() == result).count();
    }
}
