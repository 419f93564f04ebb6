package io.postern.agent.pickup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.PickupPoint;
import io.postern.agent.powershell.MarkedAnswer;
import io.postern.agent.powershell.MarkedAnswer.Outcome;
import io.postern.agent.powershell.ScriptCalls;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupStep;
import io.postern.enforcement.pickup.exports.PickupExports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The pickup folder of an Exchange server on which this agent runs, as a driver. Each step is one
 * script call, which writes only if everything is as it was last read, and is in force when what
 * was read back holds what {@link PickupPlan#apply} says. An answer that was lost is settled by
 * reading again. Thread-safe.
 */
public final class PickupDriver implements PickupPoint {
    /** Most drops that one look reports. */
    static final int MAX_DROPS = 1000;

    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** What was read: as text for the next script, and what it means. */
    private record Shown(String text, ObservedPickup pickup) {}

    private final ScriptCalls calls;
    private final String connect;
    private final String server;
    private final PickupDropJournal journal;
    private Shown shown;

    /**
     * Asks nothing yet.
     *
     * @param connect host whose Exchange session is used
     * @param server the server's name in Exchange; the agent runs on it
     * @param shell runs {@link Script}s
     * @param directory of this server's files; exists
     * @throws IOException if a file of its own is damaged
     */
    public PickupDriver(String connect, String server, Shell shell, Path directory)
            throws IOException {
        this.calls = new ScriptCalls(shell, MAX_DROPS);
        this.connect = connect;
        this.server = server;
        this.journal = new PickupDropJournal(directory);
    }

    @Override
    public synchronized ObservedPickup read() throws IOException {
        shown = null;
        shown = ask();
        return shown.pickup();
    }

    private Shown ask() throws IOException {
        try {
            MarkedAnswer answer = calls.call(Script.READ, request());
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
            return state(answer);
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the pickup folder of " + server + ": " + e.getMessage(), e);
        }
    }

    private ObjectNode request() {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("connect", connect);
        request.put("server", server);
        return request;
    }

    private static Shown state(MarkedAnswer answer) throws IOException {
        if (answer.shown().size() != 1) {
            throw new IOException(
                    "the script shows the folder " + answer.shown().size() + " times, not once");
        }
        String text = answer.shown().get(0);
        try {
            return new Shown(text, PickupExports.parse(text));
        } catch (UnreadableException e) {
            throw new IOException(
                    "what the script shows cannot be read: character "
                            + e.column
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public synchronized void execute(PickupStep step) throws IOException {
        if (shown == null) {
            read();
        }
        Shown before = shown;
        ObservedPickup expected;
        try {
            expected = PickupPlan.apply(before.pickup(), step);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
        // Whatever happens from here on, what was read is no longer known to be so.
        shown = null;
        Shown after = write(step, before);
        if (!PickupPlan.isSame(after.pickup(), expected)) {
            throw new IOException(
                    "the pickup folder reads back otherwise than it was written: "
                            + step.description());
        }
        shown = after;
    }

    /** Sends a write; what is there after it. */
    private Shown write(PickupStep step, Shown before) throws IOException {
        MarkedAnswer answer;
        try {
            answer = calls.call(script(step), request(step, before));
            if (answer.outcome() == Outcome.DONE) {
                return state(answer);
            }
        } catch (ShellException e) {
            if (!e.begun()) {
                throw new IOException("nothing was written: " + e.getMessage(), e);
            }
            return settled(step, before, e.getMessage());
        } catch (IOException e) {
            return settled(step, before, e.getMessage());
        }
        return switch (answer.outcome()) {
            case REFUSED -> throw new IOException("Windows refused: " + answer.message());
            case COULD_NOT_ASK ->
                    throw new IOException("Exchange could not be asked: " + answer.message());
            case DONE, CANNOT_TELL -> settled(step, before, answer.message());
        };
    }

    /** Reads what an unanswered write has done. */
    private Shown settled(PickupStep step, Shown before, String why) throws IOException {
        Shown found;
        try {
            found = ask();
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether this was written: "
                            + step.description()
                            + " ("
                            + why
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (PickupPlan.isSame(found.pickup(), before.pickup())) {
            throw new IOException("it was not written: " + why);
        }
        return found;
    }

    private static Script script(PickupStep step) {
        return step instanceof PickupStep.AddFolderEntry
                        || step instanceof PickupStep.RemoveFolderEntry
                ? Script.SET_FOLDER_ENTRY
                : Script.SET_SHARE_ENTRY;
    }

    private ObjectNode request(PickupStep step, Shown before) {
        ObjectNode request = request();
        request.put("whatIf", false);
        request.put("expected", before.text());
        request.put("sid", step.sid());
        request.put(
                "wanted",
                step instanceof PickupStep.AddFolderEntry
                        || step instanceof PickupStep.AddShareEntry);
        if (step instanceof PickupStep.AddShareEntry add) {
            request.put("share", add.share());
        } else if (step instanceof PickupStep.RemoveShareEntry remove) {
            request.put("share", remove.share());
        } else {
            request.put("mask", FolderEntry.OWN_MASK);
        }
        return request;
    }

    @Override
    public List<PickupDrop> watch(Duration duration) throws IOException {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a look takes 1 to 20 seconds, not " + duration);
        }
        String path = path();
        if (path == null) {
            return List.of();
        }
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("path", path);
        request.put("seconds", duration.toSeconds());
        request.put("most", MAX_DROPS);
        try {
            // Without the lock: a look takes seconds, and an undo must not wait for it.
            MarkedAnswer answer = calls.call(Script.WATCH_OWNERS, request);
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
            return keep(answer);
        } catch (IOException e) {
            throw new IOException(
                    "cannot see who drops files on " + server + ": " + e.getMessage(), e);
        }
    }

    /** Null = disabled. */
    private synchronized String path() throws IOException {
        if (shown == null) {
            read();
        }
        return shown.pickup().path();
    }

    private synchronized List<PickupDrop> keep(MarkedAnswer answer) throws IOException {
        return journal.add(PickupDropJournal.shown(answer.shown()));
    }

    @Override
    public synchronized List<PickupDrop> drops() {
        return journal.drops();
    }
}
