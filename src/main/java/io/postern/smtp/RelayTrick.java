package io.postern.smtp;

import java.util.List;

/**
 * One way to write a foreign recipient so that a careless server takes it for one of its own.
 *
 * @param name short, for people and JSON
 * @param argument what follows {@code RCPT TO:}; {@code {own}} and {@code {foreign}} stand for
 *     domains, {@code {user}} for the foreign recipient's local part
 * @param meaning what an acceptance means
 */
public record RelayTrick(String name, String argument, Meaning meaning) {
    /** What can be said of a server that accepts a trick, without having sent mail. */
    public enum Meaning {
        /** The recipient's domain is foreign by RFC 5321: the server relays. */
        RELAYS,
        /**
         * The recipient's domain is the own one and only the local part names another: whether the
         * server passes it on cannot be seen before a message is sent.
         */
        MAY_RELAY
    }

    /** Every known one. */
    public static final List<RelayTrick> ALL =
            List.of(
                    may("percent hack", "<{user}%{foreign}@{own}>"),
                    may("percent hack, twice", "<{user}%{foreign}%{own}@{own}>"),
                    relays("percent hack without a domain", "<{user}%{foreign}>"),
                    may("bang path at the own domain", "<{foreign}!{user}@{own}>"),
                    relays("bang path alone", "<{foreign}!{user}>"),
                    relays("bang path through the own domain", "<{own}!{foreign}!{user}>"),
                    relays("source route", "<@{own}:{user}@{foreign}>"),
                    relays("source route of two", "<@{own},@{own}:{user}@{foreign}>"),
                    may("source route to a percent hack", "<@{own}:{user}%{foreign}@{own}>"),
                    may("quoted local part with an at", "<\"{user}@{foreign}\"@{own}>"),
                    relays("quoted address without a domain", "<\"{user}@{foreign}\">"),
                    may("nested quotes", "<\"\\\"{user}@{foreign}\\\"\"@{own}>"),
                    may("quoted percent hack", "<\"{user}%{foreign}\"@{own}>"),
                    may("quoted bang path", "<\"{foreign}!{user}\"@{own}>"),
                    may("escaped at", "<{user}\\@{foreign}@{own}>"),
                    may("two ats, own last", "<{user}@{foreign}@{own}>"),
                    relays("two ats, foreign last", "<{user}@{own}@{foreign}>"),
                    relays("trailing dot", "<{user}@{foreign}.>"),
                    relays("own domain as a subdomain's name", "<{user}@{own}.{foreign}>"),
                    relays("no brackets", "{user}@{foreign}"),
                    relays("brackets twice", "<<{user}@{foreign}>>"),
                    relays(
                            "own address before the brackets",
                            "postmaster@{own} <{user}@{foreign}>"),
                    relays("two addresses", "<postmaster@{own}>,<{user}@{foreign}>"),
                    relays("bracket inside", "<postmaster@{own}><{user}@{foreign}>"),
                    relays("domain literal", "<{user}@[192.0.2.1]>"),
                    relays("IPv6 domain literal", "<{user}@[IPv6:2001:db8::1]>"),
                    may("domain literal in the local part", "<{user}%[192.0.2.1]@{own}>"),
                    relays("comment after the domain", "<{user}@{foreign}(@{own})>"),
                    may("comment before the own domain", "<{user}@{foreign}(x)@{own}>"),
                    relays("no domain after the at", "<{user}%{foreign}@>"),
                    may("blank in the address", "<{user}@{foreign} @{own}>"),
                    may("tab in the address", "<{user}@{foreign}\t@{own}>"),
                    relays("fullwidth at", "<{user}\uFF20{foreign}>"),
                    relays("Cyrillic letter", "<{user}@\u0435{own}>"),
                    may("semicolon route", "<{user}@{foreign};@{own}>"),
                    relays("colon form", "<{own}:{user}@{foreign}>"),
                    relays(
                            "original recipient of the own domain",
                            "<{user}@{foreign}> ORCPT=rfc822;postmaster@{own}"),
                    relays("X.400 form", "</S={user}/DD.RFC-822={user}(a){foreign}/>"));

    private static RelayTrick relays(String name, String argument) {
        return new RelayTrick(name, argument, Meaning.RELAYS);
    }

    private static RelayTrick may(String name, String argument) {
        return new RelayTrick(name, argument, Meaning.MAY_RELAY);
    }

    /**
     * What follows {@code RCPT TO:}.
     *
     * @param ownDomain a domain that the server takes mail for
     * @param foreignRecipient a plain address in a domain that it does not
     */
    public String argument(String ownDomain, String foreignRecipient) {
        int at = foreignRecipient.lastIndexOf('@');
        return argument.replace("{own}", ownDomain)
                .replace("{foreign}", foreignRecipient.substring(at + 1))
                .replace("{user}", foreignRecipient.substring(0, at));
    }

    /** What became of it. */
    public enum Result {
        REFUSED,
        MAY_RELAY,
        RELAYS,
        /** Nothing was said about the recipient. */
        UNKNOWN
    }

    /** Reads it off the outcome of a dialogue without an own recipient. */
    public Result read(ProbeOutcome outcome) {
        return switch (outcome.kind()) {
            case ACCEPTED -> meaning == Meaning.RELAYS ? Result.RELAYS : Result.MAY_RELAY;
            case REFUSED_AT_RCPT_FOREIGN_ALONE -> Result.REFUSED;
            default -> Result.UNKNOWN;
        };
    }
}
