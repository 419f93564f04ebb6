package io.postern.enforcement.firewall;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The firewall of a freshly installed Mailbox server as far as it concerns SMTP: the usual profiles
 * and Exchange's three own rules. It serves where nothing was observed. On a real server the rules'
 * names are random GUIDs, so a plan from here shows the way and cannot be carried out there.
 */
public final class DefaultFirewall {
    private static final String BIN = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\";

    private DefaultFirewall() {}

    /** The same at every call. */
    public static ObservedFirewall ofFreshServer() {
        return new ObservedFirewall(
                List.of(
                        FirewallProfile.usual("Domain", true),
                        FirewallProfile.usual("Private", false),
                        FirewallProfile.usual("Public", false)),
                List.of(
                        original(
                                "MSExchangeFrontendTransport (TCP-In)",
                                BIN + "MSExchangeFrontendTransport.exe",
                                "25",
                                "587",
                                "717"),
                        original(
                                "MSExchangeTransportWorker (TCP-In)",
                                BIN + "edgetransport.exe",
                                "25",
                                "465",
                                "587",
                                "2525"),
                        original(
                                "MSExchangeTransportWorker (GFW) (TCP-In)",
                                FirewallRule.ANY,
                                "25",
                                "587")),
                List.of(),
                List.of(),
                List.of());
    }

    private static FirewallRule original(String displayName, String program, String... ports) {
        UUID name = UUID.nameUUIDFromBytes(displayName.getBytes(StandardCharsets.UTF_8));
        return new FirewallRule(
                "{" + name.toString().toUpperCase(Locale.ROOT) + "}",
                displayName,
                "",
                true,
                "Allow",
                FirewallRule.ANY,
                "TCP",
                List.of(ports),
                List.of(FirewallRule.ANY),
                List.of(FirewallRule.ANY),
                "",
                "",
                "NotRequired",
                "NotRequired",
                program,
                FirewallRule.ANY,
                List.of(FirewallRule.ANY),
                FirewallRule.LOCAL,
                Map.of());
    }
}
