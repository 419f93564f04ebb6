package io.postern.cli.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the lab needs of a machine, found by trying it. */
final class LabRequirements {
    private static final Duration TRIAL = Duration.ofSeconds(10);

    private LabRequirements() {}

    /** What is missing, as a sentence for a user; empty = nothing. */
    static Optional<String> missing() {
        if (!isRoot()) {
            return Optional.of(
                    "The network lab needs root: it makes network namespaces and starts Postfix.");
        }
        for (String program : List.of("ip", "tee", "nft", "postfix", "postconf")) {
            if (LabCommand.find(program).isEmpty()) {
                return Optional.of("The network lab needs the program " + program + ".");
            }
        }
        return failedTrial();
    }

    private static boolean isRoot() {
        try {
            // Real, effective, saved, of the file system.
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Namespaces can be forbidden to root too, as in many containers. */
    private static Optional<String> failedTrial() {
        String name =
                "postern-"
                        + UUID.randomUUID().toString().replace("-", "").substring(0, 4)
                        + "-trial";
        try {
            LabNamespaces.make(name, LabMark.own());
            try {
                LabNamespaces.set(name, "1", "ipv4/ip_forward", "ipv6/conf/all/forwarding");
                LabCommand.run(
                                "ip", "-n", name, "link", "add", "name", "a", "type", "veth",
                                "peer", "name", "b")
                        .okay("making a pair of interfaces");
                LabCommand.run("ip", "-n", name, "link", "add", "name", "c", "type", "bridge")
                        .okay("making a bridge");
                LabCommand.run(
                                List.of("ip", "netns", "exec", name, "nft", "-f", "-"),
                                "table inet trial { set s { type ipv4_addr; flags interval; }; }\n",
                                TRIAL)
                        .okay("loading an nftables table");
            } finally {
                LabNamespaces.takeDown(name);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("The network lab cannot be made here: " + e.getMessage());
        }
    }
}
