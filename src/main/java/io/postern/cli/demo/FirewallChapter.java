package io.postern.cli.demo;

import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.netty.ProbeSource.Identity;
import java.util.List;
import java.util.Map;

/** The last chapter: accounts and computers, what only a firewall with Kerberos can tell apart. */
final class FirewallChapter {
    private static final String TERMINAL = "10.20.45.10";
    private static final Identity SYSTEM =
            new Identity(
                    "CONTOSO\\Domain Computers", "S-1-5-21-1004336348-1177238915-682003330-515");
    private static final Identity SERVER =
            new Identity(
                    "CONTOSO\\Terminal Servers", "S-1-5-21-1004336348-1177238915-682003330-2107");
    private static final Identity USER =
            new Identity("CONTOSO\\jdoe", "S-1-5-21-1004336348-1177238915-682003330-1188");

    private FirewallChapter() {}

    static void tell(Narrator narrator, Story story) {
        long[] change = new long[1];
        narrator.step(
                "ex01 gets its Windows firewall as a second layer: SYSTEM of the terminal servers"
                        + " may send, nobody else there",
                () -> {
                    change[0] =
                            story.draftEntries(
                                    "Log mails of the terminal servers", terminalServers());
                    return story.submit(change[0]) + "\n" + story.rollOutTo("VERIFIED", change[0]);
                });
        narrator.step(
                "SYSTEM of a terminal server relays, a user on the same server does not, a printer"
                        + " still sends by its address",
                () ->
                        story.expectAs(TERMINAL, SYSTEM, SERVER, Level.AT_LEAST_RELAY, "ex01")
                                + "\n"
                                + story.expectAs(TERMINAL, USER, SERVER, Level.NONE, "ex01")
                                + "\n"
                                + story.expect(TERMINAL, Level.NONE, "ex01")
                                + "\n"
                                + story.expect("10.20.30.10", Level.INTERNAL, "ex01")
                                + "\n"
                                + story.expect(DemoCommand.UNLISTED, Level.NONE, "ex01"));
        narrator.step(
                "an update of Exchange puts its own open rules back: it is found as drift",
                () -> {
                    story.sabotage("ex01", "cumulative-update 1");
                    String found = story.awaitDrift("ex01", "EFFECTIVE");
                    return found
                            + "\n"
                            + story.expectAs(TERMINAL, USER, SERVER, Level.AT_LEAST_RELAY, "ex01");
                });
        narrator.step(
                "it is closed again, and the user on the terminal server is refused",
                () ->
                        story.revertDrift("ex01")
                                + "\n"
                                + story.expectAs(TERMINAL, USER, SERVER, Level.NONE, "ex01")
                                + "\n"
                                + story.expectAs(
                                        TERMINAL, SYSTEM, SERVER, Level.AT_LEAST_RELAY, "ex01"));
    }

    private static List<Map<String, ?>> terminalServers() {
        return List.of(
                put(
                        "servers",
                        "ex01",
                        Map.of(
                                "name",
                                "ex01",
                                "addresses",
                                List.of("10.20.0.11"),
                                "ports",
                                List.of(25),
                                "ring",
                                "canary",
                                "enforcement",
                                List.of("windows-firewall", "exchange"),
                                "kerberosRanges",
                                List.of("10.20.0.0/16"))),
                put("principals", SYSTEM.name(), principal(SYSTEM)),
                put("principals", SERVER.name(), principal(SERVER)),
                put(
                        "grants",
                        "rds-logs",
                        Map.of(
                                "key",
                                "rds-logs",
                                "from",
                                Map.of(
                                        "accounts",
                                        List.of(SYSTEM.name()),
                                        "computers",
                                        List.of(SERVER.name()),
                                        "addresses",
                                        List.of("10.20.45.0/24")),
                                "to",
                                Map.of("servers", List.of("ex01")),
                                "tier",
                                "relay",
                                "owner",
                                "ops",
                                "reason",
                                "log mails of SYSTEM only",
                                "ticket",
                                "CHG-1012",
                                "expires",
                                "2028-12-31")));
    }

    private static Map<String, ?> principal(Identity group) {
        return Map.of("name", group.name(), "sid", group.sid(), "kind", "group");
    }

    private static Map<String, ?> put(String kind, String key, Map<String, ?> entry) {
        return Map.of("action", "put", "kind", kind, "key", key, "entry", entry);
    }
}
