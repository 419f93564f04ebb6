package io.postern.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one server as the service wants it, and undoes by itself what nobody confirms. Killed at
 * any point, it finds its journal and either keeps the new state or restores the previous one.
 * Thread-safe: its clock runs apart from the talk with the service.
 */
final class ServerKeeper {
    private static final ObjectMapper JSON = PlainData.mapper();
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String server;
    private final Driver driver;
    private final EnforcementPoints points;
    private final Path journalFile;
    private final FoundState found;
    private final AgentTime time;
    private final Consumer<String> news;
    private Journal journal;
    private long deadlineNanos;
    private boolean undoFailed;

    /**
     * Reads the journal, and puts right what a kill left half done.
     *
     * @param directory of this server's files; exists
     * @param news told each important event, a line for people
     */
    ServerKeeper(
            String server, Driver driver, Path directory, AgentTime time, Consumer<String> news)
            throws IOException {
        this(server, driver, directory, time, news, true);
        recover();
    }

    private ServerKeeper(
            String server,
            Driver driver,
            Path directory,
            AgentTime time,
            Consumer<String> news,
            boolean adopting)
            throws IOException {
        this.server = server;
        this.driver = driver;
        this.points = new EnforcementPoints(driver);
        this.journalFile = directory.resolve("journal.json");
        this.found = new FoundState(directory);
        this.time = time;
        this.news = news;
        this.journal = readJournal(adopting);
    }

    /**
     * Brings back what was found at adoption, as far as it is ours. Killed at any point, the next
     * start goes on with it.
     *
     * @param whatIf only says the steps
     * @return everything that was found
     */
    static List<ConnectorData> restoreFound(
            String server,
            Driver driver,
            Path directory,
            AgentTime time,
            boolean whatIf,
            Consumer<String> news)
            throws IOException {
        FoundState files = new FoundState(directory);
        List<ConnectorData> found = files.connectors();
        List<ConnectorData> managed = found.stream().filter(ConnectorData::managed).toList();
        ServerKeeper keeper = new ServerKeeper(server, driver, directory, time, news, false);
        ServerLayers layers;
        try {
            ObservedServer observed = keeper.points.read();
            layers = files.layers(observed, keeper.keptPorts(observed));
            List<EnforcementStep> steps = EnforcementPoints.steps(observed, managed, layers);
            steps.forEach(step -> news.accept(server + ": " + step.description()));
            if (steps.isEmpty()) {
                news.accept(server + ": nothing of ours differs from the state found");
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!whatIf) {
            keeper.write(keeper.journal.returning(managed, layers));
            keeper.restore(0, "restored to the state found at adoption");
            news.accept(server + ": restored to the state found at adoption");
        }
        return found;
    }

    private Journal readJournal(boolean adopting) throws IOException {
        if (!Files.exists(journalFile)) {
            ObservedServer observed = points.read();
            if (adopting) {
                found.keep(observed);
            }
            return Journal.asFound(observed.managed());
        }
        try {
            Journal read = JSON.readValue(DurableFile.read(journalFile), Journal.class);
            if (read == null || read.previous() == null || read.previous().contains(null)) {
                throw new IOException(journalFile + " is damaged: it lacks the previous state");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(journalFile + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    private void recover() throws IOException {
        if (journal.applyingSerial() > 0) {
            long begun = journal.applyingSerial();
            restore(0, "killed while applying serial " + begun + "; restored the state before");
            news.accept(server + ": serial " + begun + " was half applied, restored");
        } else if (journal.isWaiting()) {
            long left = journal.confirmUntilMillis() - time.now().toEpochMilli();
            long window = TimeUnit.SECONDS.toMillis(journal.confirmWindowSeconds());
            deadlineNanos = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(left, window));
            tick();
        }
    }

    /** Undoes if the confirm window is over. Never earlier, whatever the wall clock says. */
    synchronized void tick() throws IOException {
        if (journal.applyingSerial() > 0) {
            // An undoing failed before: nothing new begins on a half state.
            recover();
        }
        if (journal.isWaiting() && time.nanoTime() - deadlineNanos >= 0) {
            long serial = journal.activeSerial();
            undoFailed = true;
            restore(0, "serial " + serial + " was not confirmed in time; undone");
            undoFailed = false;
            news.accept(server + ": undone: serial " + serial + " was not confirmed in time");
        }
    }

    /** Nanoseconds until the next tick is due; {@link Long#MAX_VALUE} = none is. */
    synchronized long nanosToTick() {
        if (!journal.isWaiting()) {
            return Long.MAX_VALUE;
        }
        return undoFailed ? RETRY_NANOS : Math.max(0, deadlineNanos - time.nanoTime());
    }

    /** Takes in what the service wants; what is old, undone or failed already changes nothing. */
    synchronized void take(DesiredPublication wanted) throws IOException {
        // A confirmation that comes too late must not keep what is half undone.
        tick();
        if (wanted.serial() == journal.activeSerial()) {
            if (wanted.confirmed() && !journal.confirmed()) {
                String held = EnforcementPoints.digest(points.read(), wanted);
                if (!held.equals(wanted.digest())) {
                    refused("serial " + wanted.serial() + " was confirmed with another content");
                    return;
                }
                // First what would open again; cut off before the note, it is only asked again.
                points.settle();
                write(journal.confirmedNow());
                news.accept(server + ": serial " + wanted.serial() + " confirmed");
            }
            return;
        }
        long known =
                Math.max(
                        journal.activeSerial(),
                        Math.max(journal.undoneSerial(), journal.failedSerial()));
        if (wanted.serial() < known) {
            refused("serial " + wanted.serial() + " is older than " + known);
        } else if (wanted.serial() > known || isConfirmedLate(wanted)) {
            apply(wanted);
        }
    }

    /**
     * Undone alone because the confirmation did not come through in time: it was proven and is the
     * newest that the service wants, so it is taken once more, to stay.
     */
    private boolean isConfirmedLate(DesiredPublication wanted) {
        return wanted.confirmed()
                && wanted.serial() == journal.undoneSerial()
                && wanted.serial() > journal.failedSerial();
    }

    /** Notes why something was not taken; the state stays as it is. */
    synchronized void refused(String reason) throws IOException {
        if (!reason.equals(journal.error())) {
            write(journal.withError(reason));
            news.accept(server + ": refused: " + reason);
        }
    }

    private void apply(DesiredPublication wanted) throws IOException {
        // Until the journal says so nothing has changed, and there is nothing to restore.
        ObservedServer observed = points.read();
        // An agent may have come to a layer only after it had adopted the connectors.
        found.keepLayers(observed);
        write(journal.applying(wanted.serial(), observed.managed(), heldBefore(observed, wanted)));
        undoFailed = false;
        try {
            List<EnforcementStep> steps = EnforcementPoints.steps(observed, wanted);
            Journal applied = journal.applied(wanted, time.now().toEpochMilli());
            if (applied.confirmed()) {
                points.carryOut(steps).ifPresent(this::tellUnprepared);
            } else {
                points.carryOut(
                        steps,
                        EnforcementPoints.reopened(
                                observed, steps, wanted.layers(), journal.previousLayers()),
                        wanted.confirmWindowSeconds());
            }
            String digest = EnforcementPoints.digest(points.read(), wanted);
            if (!digest.equals(wanted.digest())) {
                throw new IOException("read-back shows another state than was written");
            }
            if (applied.confirmed()) {
                // An earlier change that waited may have armed what would open again.
                points.settle();
            }
            write(journal.applied(wanted, time.now().toEpochMilli()));
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            restore(wanted.serial(), e.getMessage());
            news.accept(server + ": serial " + wanted.serial() + " failed: " + e.getMessage());
            return;
        }
        announce(wanted);
    }

    private ServerLayers heldBefore(ObservedServer observed, DesiredPublication wanted) {
        return observed.meant(wanted.layers(), keptPorts(observed));
    }

    /** Whose firewall rules are kept now; empty = no port's. */
    private List<Integer> keptPorts(ObservedServer observed) {
        if (observed.firewall() == null) {
            return List.of();
        }
        return journal.activePorts() != null
                ? journal.activePorts()
                : FirewallPlan.keptPorts(observed.firewall());
    }

    private void announce(DesiredPublication wanted) {
        String active =
                server
                        + ": revision "
                        + wanted.revision()
                        + " (serial "
                        + wanted.serial()
                        + ") active";
        if (journal.isWaiting()) {
            deadlineNanos =
                    time.nanoTime() + TimeUnit.SECONDS.toNanos(journal.confirmWindowSeconds());
            news.accept(active + ", confirm within " + journal.confirmWindowSeconds() + " s");
        } else {
            news.accept(active);
        }
    }

    private void restore(long failed, String why) throws IOException {
        try {
            ServerLayers layers =
                    journal.previousLayers() == null ? ServerLayers.NONE : journal.previousLayers();
            points.carryOut(EnforcementPoints.steps(points.read(), journal.previous(), layers))
                    .ifPresent(this::tellUnprepared);
            ObservedServer now = points.read();
            String digest = DesiredState.digestOf(now.managed(), now.held(layers));
            if (!digest.equals(DesiredState.digestOf(journal.previous(), layers))) {
                throw new IOException("read-back shows another state than the previous one");
            }
            points.settle();
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            // The journal still says what must be restored: the next start tries again.
            String failure = "cannot restore the previous state: " + e.getMessage();
            news.accept(server + ": " + failure);
            throw new IOException(failure, e);
        }
        write(journal.restored(failed, why));
    }

    private void tellUnprepared(String why) {
        news.accept(server + ": changed without a dump: " + why);
    }

    private void write(Journal next) throws IOException {
        DurableFile.write(journalFile, JSON.writeValueAsBytes(next));
        journal = next;
    }

    synchronized Journal journal() {
        return journal;
    }

    /**
     * What one read found.
     *
     * @param connectors every one
     * @param acceptedDomains every one; empty = not known
     * @param server every enforcement point
     */
    record Observed(
            List<ConnectorData> connectors,
            Optional<List<AcceptedDomain>> acceptedDomains,
            ObservedServer server) {}

    /** The server as it is now. */
    synchronized Observed observed() throws IOException {
        ObservedServer read = points.read();
        return new Observed(
                read.connectors().stream().map(ConnectorData::of).toList(),
                driver.acceptedDomains(),
                read);
    }

    Driver driver() {
        return driver;
    }

    String server() {
        return server;
    }

    /** How it stands, in the words of reports. */
    synchronized String state() {
        long missed = Math.max(journal.undoneSerial(), journal.failedSerial());
        if (missed > journal.activeSerial()) {
            return journal.failedSerial() == missed ? "FAILED" : "UNDONE";
        }
        if (journal.activeSerial() == 0) {
            return "AS_FOUND";
        }
        return journal.confirmed() ? "CONFIRMED" : "ACTIVE";
    }
}
