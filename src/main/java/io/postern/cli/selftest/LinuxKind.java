package io.postern.cli.selftest;

import io.postern.cli.network.LabHost;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A kind of fault of the real network.
 *
 * @param server the one that is wrong
 * @param isOpening whether the change lets a client in, or shuts it out
 * @param script for nft, of the family's word ({@code ip} or {@code ip6}) and the client's address;
 *     null = Postfix is not reloaded
 */
record LinuxKind(
        String name,
        String effect,
        LabHost server,
        boolean isOpening,
        boolean isIpv6Only,
        BiFunction<String, String, String> script) {
    private static final String SET = "inet postern_mx1 port_25_";

    /** All of them, in a fixed order. */
    static List<LinuxKind> all() {
        return List.of(
                new LinuxKind(
                        "nft-table-deleted",
                        "our nftables table is gone, and listed all the same",
                        LabHost.MX1,
                        false,
                        false,
                        (family, client) -> "delete table inet postern_mx1\n"),
                new LinuxKind(
                        "nft-element-dropped",
                        "an element is missing from our set, and listed all the same",
                        LabHost.MX1,
                        true,
                        false,
                        (family, client) ->
                                "delete element "
                                        + SET
                                        + (family.equals("ip6") ? "ipv6" : "ipv4")
                                        + " { "
                                        + client
                                        + " }\n"),
                new LinuxKind(
                        "nft-ipv6-set-emptied",
                        "our IPv6 set is empty, and listed as it was",
                        LabHost.MX1,
                        true,
                        true,
                        (family, client) -> "flush set " + SET + "ipv6\n"),
                new LinuxKind(
                        "redirect-before-ours",
                        "another table sends a client to another port before our rules see it",
                        LabHost.MX1,
                        false,
                        false,
                        (family, client) ->
                                "table inet postern_selftest {\n"
                                        + "  chain before {\n"
                                        + "    type nat hook prerouting priority -150;\n"
                                        + "    "
                                        + family
                                        + " saddr "
                                        + client
                                        + " tcp dport 25 redirect to :2526\n"
                                        + "  }\n}\n"),
                new LinuxKind(
                        "postfix-not-reloaded",
                        "Postfix is told to read its tables again, and does not",
                        LabHost.MX2,
                        true,
                        false,
                        null),
                new LinuxKind(
                        "postfix-not-reloaded-closing",
                        "Postfix keeps letting in whom its new tables shut out",
                        LabHost.MX2,
                        false,
                        false,
                        null));
    }
}
