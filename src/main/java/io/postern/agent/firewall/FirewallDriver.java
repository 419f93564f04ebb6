package io.postern.agent.firewall;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.AgentTime;
import io.postern.agent.DurableFile;
import io.postern.agent.FirewallPoint;
import io.postern.agent.powershell.MarkedAnswer;
import io.postern.agent.powershell.MarkedAnswer.Outcome;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The firewall of this Windows machine as a driver. Each step is one script call, which writes only
 * what is as it was last read, and is in force when what was read back equals what {@link
 * FirewallPlan#apply} says. An answer that was lost is settled by reading again. Thread-safe.
 */
public final class FirewallDriver implements FirewallPoint {
    /** Objects of 50,000 rules with a filter of each kind, and some more. */
    private static final int MAX_OBJECTS = 500_000;

    private static final int MARK_BYTES = 16;
    private static final int KEPT_DUMPS = 20;
    private static final String DUMP = "firewall-dump-";
    private static final String NAMES = "dead-man.json";
    private static final String LOG = "dead-man.log";
    private static final String TASK = "Postern dead man";
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(3);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Shell shell;
    private final Path directory;
    private final AgentTime time;
    private ShownObjects objects;

    /**
     * Asks nothing yet.
     *
     * @param shell runs {@link Script}s, which lie in the directory {@code scripts} of this one
     * @param directory of this firewall's files; exists
     */
    public FirewallDriver(Shell shell, Path directory, AgentTime time) {
        this.shell = shell;
        this.directory = directory.toAbsolutePath();
        this.time = time;
    }

    @Override
    public synchronized ObservedFirewall read() throws IOException {
        objects = null;
        ShownObjects shown = ask();
        ObservedFirewall observed = shown.observed();
        objects = shown;
        return observed;
    }

    private ShownObjects ask() throws IOException {
        try {
            MarkedAnswer answer = call(FirewallRequest.of(Script.READ));
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
            return ShownObjects.parse(answer.shown());
        } catch (IOException e) {
            throw new IOException("cannot read the firewall: " + e.getMessage(), e);
        }
    }

    /** One script call; whatever is no whole answer is an exception. */
    private MarkedAnswer call(FirewallRequest request) throws IOException {
        byte[] random = new byte[MARK_BYTES];
        RANDOM.nextBytes(random);
        String mark = "postern-" + HexFormat.of().formatHex(random);
        return MarkedAnswer.parse(
                shell.run(request.script(), request.json(mark)), mark, "object", MAX_OBJECTS);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException if it was refused, and nothing has changed, or if it is not known what
     *     has; the message says which
     */
    @Override
    public synchronized void execute(FirewallStep step) throws IOException {
        if (objects == null) {
            read();
        }
        ShownObjects before = objects;
        ObservedFirewall expected;
        FirewallRequest request;
        try {
            expected = FirewallPlan.apply(before.observed(), step);
            request = FirewallRequest.of(step, before);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        // Whatever happens from here on, what was read is no longer known to be so.
        objects = null;
        ShownObjects after = write(request, before);
        if (!data(after.observed()).equals(data(expected))) {
            throw new IOException(
                    "'"
                            + step.name()
                            + "' reads back otherwise than it was written: "
                            + step.description());
        }
        objects = after;
    }

    /** Sends a write; what is there after it. */
    private ShownObjects write(FirewallRequest request, ShownObjects before) throws IOException {
        MarkedAnswer answer;
        ShownObjects shown;
        try {
            answer = call(request);
            shown = ShownObjects.parse(answer.shown());
        } catch (ShellException e) {
            if (!e.begun()) {
                throw new IOException("nothing was written: " + e.getMessage(), e);
            }
            return settled(request, before, e.getMessage());
        } catch (IOException e) {
            return settled(request, before, e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        return switch (answer.outcome()) {
            case DONE -> before.replaced(request.list(), request.name(), shown);
            case REFUSED -> refused(request, before, shown, answer.message());
            case COULD_NOT_ASK ->
                    throw new IOException("Windows could not be asked: " + answer.message());
            case CANNOT_TELL -> settled(request, before, answer.message());
        };
    }

    /** A refusal means that nothing changed, unless what is shown with it says otherwise. */
    private ShownObjects refused(
            FirewallRequest request, ShownObjects before, ShownObjects shown, String why)
            throws IOException {
        if (!shown.objects().isEmpty()
                && !shown.text(request.list(), request.name())
                        .equals(before.text(request.list(), request.name()))) {
            return settled(request, before, why);
        }
        throw new IOException("Windows refused: " + why);
    }

    /** Reads what an unanswered write has done. */
    private ShownObjects settled(FirewallRequest request, ShownObjects before, String why)
            throws IOException {
        ShownObjects found;
        try {
            found = ask();
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether '"
                            + request.name()
                            + "' was written ("
                            + why
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (data(found.observed()).equals(data(before.observed()))) {
            throw new IOException("'" + request.name() + "' was not written: " + why);
        }
        return found;
    }

    /** What counts of it; of our own rules nothing that Windows adds, of copies everything. */
    private static Map<String, Set<Object>> data(ObservedFirewall observed) {
        Set<Object> rules = new HashSet<>();
        observed.rules()
                .forEach(
                        rule ->
                                rules.add(
                                        rule.isOwn() && !rule.isCopy()
                                                ? rule.withoutOther()
                                                : rule));
        return Map.of(
                "rules", rules,
                "securityRules", set(observed.securityRules()),
                "authenticationSets", set(observed.authenticationSets()));
    }

    private static Set<Object> set(List<?> values) {
        return values == null ? Set.of() : new HashSet<>(values);
    }

    @Override
    public synchronized void begin(List<String> originals, Duration until) throws IOException {
        dump();
        if (until != null && originals.isEmpty()) {
            // What an earlier change armed must not open what this one relies on.
            disarmDeadMan();
        } else if (until != null) {
            armDeadMan(originals, until);
        }
    }

    @Override
    public synchronized void settle() throws IOException {
        disarmDeadMan();
    }

    /**
     * Keeps what is there now in two files of the directory: the objects as JSON that {@link
     * io.postern.enforcement.firewall.exports.FirewallExports} reads, and the whole local policy as
     * netsh exports it. To be called before the first write of a transaction; the newest 20 are
     * kept.
     *
     * @throws IOException if either was not written; nothing may be changed then
     */
    public synchronized void dump() throws IOException {
        read();
        String name = DUMP + STAMP.format(time.now());
        Path policy = directory.resolve(name + ".wfw");
        DurableFile.write(
                directory.resolve(name + ".json"), objects.json().getBytes(StandardCharsets.UTF_8));
        FirewallRequest request = FirewallRequest.of(Script.DUMP);
        Files.deleteIfExists(policy);
        request.body().put("file", policy.toString());
        require(request, "the firewall was not exported");
        removeOldDumps();
    }

    private void removeOldDumps() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> dumps =
                    files.filter(file -> file.getFileName().toString().startsWith(DUMP))
                            .sorted()
                            .toList();
            for (Path file : dumps.subList(0, Math.max(0, dumps.size() - 2 * KEPT_DUMPS))) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Has Windows itself enable these rules again after some time, without agent and network,
     * unless {@link #disarmDeadMan} comes first. An earlier one is replaced.
     *
     * @param originals names of the rules
     * @param after a minute to a day
     * @throws IOException if it is not armed; nothing may be disabled then
     */
    public synchronized void armDeadMan(List<String> originals, Duration after) throws IOException {
        if (after.compareTo(SHORTEST) < 0 || after.compareTo(LONGEST) > 0) {
            throw new IOException("a dead man waits a minute to three days, not " + after);
        }
        ObjectNode names = JSON.createObjectNode();
        originals.forEach(names.putArray("names")::add);
        DurableFile.write(
                directory.resolve(NAMES), names.toString().getBytes(StandardCharsets.UTF_8));
        Files.deleteIfExists(directory.resolve(LOG));
        FirewallRequest request = FirewallRequest.of(Script.ARM_DEAD_MAN);
        request.body().put("task", TASK);
        request.body().put("seconds", after.toSeconds());
        require(request, "the dead man is not armed");
    }

    /**
     * Takes it back; none armed is no error.
     *
     * @throws IOException if it may still come, or, said once, if it has come: the originals are
     *     enabled then
     */
    public synchronized void disarmDeadMan() throws IOException {
        // Written before it is armed: without it there is nothing to take back.
        if (!Files.exists(directory.resolve(NAMES))) {
            return;
        }
        FirewallRequest request = FirewallRequest.of(Script.DISARM_DEAD_MAN);
        request.body().put("task", TASK);
        MarkedAnswer answer;
        try {
            answer = call(request);
        } catch (IOException e) {
            throw new IOException("the dead man is not disarmed: " + e.getMessage(), e);
        }
        if (answer.outcome() != Outcome.DONE && answer.outcome() != Outcome.REFUSED) {
            throw new IOException("the dead man is not disarmed: " + answer.message());
        }
        Files.deleteIfExists(directory.resolve(NAMES));
        if (answer.outcome() == Outcome.REFUSED) {
            throw new IOException("the dead man came first: " + answer.message());
        }
    }

    private void require(FirewallRequest request, String failure) throws IOException {
        try {
            MarkedAnswer answer = call(request);
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
        } catch (IOException e) {
            throw new IOException(failure + ": " + e.getMessage(), e);
        }
    }
}
