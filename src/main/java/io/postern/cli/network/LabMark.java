package io.postern.cli.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose a namespace is. It is written into the namespace itself, as the alias of its loopback
 * interface, so that it goes when the namespace goes and nobody else's namespace carries it.
 *
 * @param pid of the process that made the lab
 * @param startMillis when that process started, since a pid is given out again; 0 = not known
 */
record LabMark(long pid, long startMillis) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TEXT = Pattern.compile("postern-lab (\\d{1,10}) (\\d{1,15})");

    /** This process's own. */
    static LabMark own() {
        return of(ProcessHandle.current());
    }

    private static LabMark of(ProcessHandle process) {
        return new LabMark(
                process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    /** Whether the process that made the lab still runs. */
    boolean isOwnerAlive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> of(process).equals(this))
                .isPresent();
    }

    /** Marks a namespace, and takes its loopback up on the way. */
    void write(String namespace) throws IOException {
        LabCommand.run(
                        "ip",
                        "-n",
                        namespace,
                        "link",
                        "set",
                        "dev",
                        "lo",
                        "up",
                        "alias",
                        "postern-lab " + pid + " " + startMillis)
                .okay("marking " + namespace);
    }

    /** The mark of a namespace; empty = it carries none. */
    static Optional<LabMark> read(String namespace) throws IOException {
        CommandResult shown = LabCommand.run("ip", "-n", namespace, "-j", "link", "show", "lo");
        if (!shown.isGood()) {
            return Optional.empty();
        }
        for (JsonNode link : JSON.readTree(shown.output())) {
            Matcher matcher = TEXT.matcher(link.path("ifalias").asText(""));
            if (matcher.matches()) {
                return Optional.of(
                        new LabMark(
                                Long.parseLong(matcher.group(1)),
                                Long.parseLong(matcher.group(2))));
            }
        }
        return Optional.empty();
    }
}
