package io.postern.cli.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The kernel's own count on the gateway of the packets to port 25, in a table that is not swapped:
 * before the rules under test and after them. What is missing after them, they dropped, however
 * busy the machine is.
 *
 * @param before packets of a client that came to the rules
 * @param after packets of it that they let through
 */
record PacketCount(long before, long after) {
    private static final String TABLE = "postern_count";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Begins to count, from 0. */
    static void begin(NetworkLab lab) throws IOException {
        StringBuilder counters = new StringBuilder();
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (LabHost client : List.of(LabHost.CLIENT1, LabHost.CLIENT2)) {
            counters.append("counter before_" + client.word() + " { }\n");
            counters.append("counter after_" + client.word() + " { }\n");
            count(before, client, "before_");
            count(after, client, "after_");
        }
        lab.run(
                        LabHost.GATEWAY,
                        List.of("nft", "-f", "-"),
                        """
                        table inet %1$s
                        delete table inet %1$s
                        table inet %1$s {
                          %2$s
                          chain before { type filter hook forward priority -10; policy accept;
                            %3$s }
                          chain after { type filter hook forward priority 10; policy accept;
                            %4$s }
                        }
                        """
                                .formatted(TABLE, counters, before, after),
                        TIMEOUT)
                .okay("counting");
    }

    private static void count(StringBuilder rules, LabHost client, String prefix) {
        String counter = " tcp dport 25 counter name " + prefix + client.word() + "\n";
        rules.append("ip saddr " + client.ipv4() + counter);
        rules.append("ip6 saddr " + client.ipv6() + counter);
    }

    /** What was counted of a client up to now. */
    static PacketCount of(NetworkLab lab, LabHost client) throws IOException {
        String listed =
                lab.run(
                                LabHost.GATEWAY,
                                List.of("nft", "-j", "list", "counters", "table", "inet", TABLE),
                                TIMEOUT)
                        .okay("reading the count");
        JsonNode all = new ObjectMapper().readTree(listed).path("nftables");
        return new PacketCount(
                packets(all, "before_" + client.word()), packets(all, "after_" + client.word()));
    }

    private static long packets(JsonNode all, String name) throws IOException {
        for (JsonNode one : all) {
            if (one.path("counter").path("name").asText().equals(name)) {
                return one.path("counter").path("packets").longValue();
            }
        }
        throw new IOException("there is no counter " + name);
    }

    long dropped() {
        return before - after;
    }
}
