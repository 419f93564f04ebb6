package io.postern.agent.exchange;

import io.postern.agent.AgentTime;
import io.postern.agent.Driver;
import io.postern.agent.exchange.ScriptAnswer.Outcome;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A real Exchange server as a driver. Each step is one script call, which writes only what is as it
 * was last read, and is in force when what was read back equals what {@link ConnectorPlan#apply}
 * says. An answer that was lost is settled by reading again from the same domain controller.
 * Thread-safe.
 */
public final class ExchangeDriver implements Driver {
    private static final int MARK_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ExchangeServerSettings settings;
    private final Shell shell;
    private final DomainControllerChoice domainController;
    private String anonymousLogon;
    private List<ConnectorState> states;

    /** As of the last read; null = not known. */
    private List<AcceptedDomain> acceptedDomains;

    /** Read by probes, which must not wait for a script. */
    private volatile Duration tarpit = Duration.ofSeconds(5);

    /**
     * Asks nothing yet.
     *
     * @param directory of this server's files; exists
     * @throws IOException if a file of its own is damaged
     */
    public ExchangeDriver(
            ExchangeServerSettings settings, Shell shell, Path directory, AgentTime time)
            throws IOException {
        this.settings = settings;
        this.shell = shell;
        this.anonymousLogon = settings.anonymousLogon();
        this.domainController =
                new DomainControllerChoice(
                        directory, settings.domainController(), settings.replication(), time);
    }

    @Override
    public synchronized List<ReceiveConnector> read() throws IOException {
        states = null;
        acceptedDomains = null;
        ScriptAnswer answer;
        try {
            answer = ask(ScriptRequest.read());
        } catch (IOException e) {
            if (!domainController.forget()) {
                throw e;
            }
            answer = ask(ScriptRequest.read());
        }
        states = answer.states();
        acceptedDomains = answer.acceptedDomains();
        List<ReceiveConnector> read = connectors(states);
        tarpit =
                Duration.ofMillis(
                        read.stream().mapToInt(ReceiveConnector::tarpitMillis).max().orElse(0));
        return read;
    }

    @Override
    public synchronized Optional<List<AcceptedDomain>> acceptedDomains() {
        return Optional.ofNullable(acceptedDomains);
    }

    private List<ReceiveConnector> connectors(List<ConnectorState> shown) {
        return shown.stream().map(state -> state.connector(anonymousLogon)).toList();
    }

    /** Reads, or says why not. */
    private ScriptAnswer ask(ScriptRequest request) throws IOException {
        try {
            ScriptAnswer answer = call(request);
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
            return answer;
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the receive connectors of "
                            + settings.exchangeName()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** One script call; whatever is no whole and fitting answer is an exception. */
    private ScriptAnswer call(ScriptRequest request) throws IOException {
        String asked = domainController.name();
        byte[] random = new byte[MARK_BYTES];
        RANDOM.nextBytes(random);
        String mark = "postern-" + HexFormat.of().formatHex(random);
        String json = request.json(settings, asked, anonymousLogon, mark);
        ScriptAnswer answer = ScriptAnswer.parse(shell.run(request.script(), json), mark);
        for (ConnectorState state : answer.states()) {
            if (!state.observed().server().equalsIgnoreCase(settings.exchangeName())) {
                throw new IOException(
                        "the script shows a connector of " + state.observed().server());
            }
        }
        if (answer.outcome() == Outcome.DONE) {
            keep(asked, answer);
        }
        return answer;
    }

    private void keep(String asked, ScriptAnswer answer) throws IOException {
        String used = answer.domainController();
        if (used == null || used.isBlank() || answer.anonymousLogon() == null) {
            throw new IOException("the script does not say whom it asked");
        }
        if (asked != null && !asked.equalsIgnoreCase(used)) {
            throw new IOException("the script asked " + used + " and not " + asked);
        }
        if (asked == null) {
            domainController.chosen(used);
        }
        if (anonymousLogon == null) {
            anonymousLogon = answer.anonymousLogon();
        }
    }

    @Override
    public synchronized void execute(ConnectorStep step) throws IOException {
        if (states == null) {
            read();
        }
        List<ConnectorState> before = states;
        List<ReceiveConnector> expected;
        ScriptRequest request;
        try {
            expected = ConnectorPlan.apply(connectors(before), step);
            request = ScriptRequest.of(step, named(before, step.name()));
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        domainController.aboutToWrite();
        // Whatever happens from here on, what was read is no longer known to be so.
        states = null;
        List<ConnectorState> after = write(step, request, before);
        if (!data(connectors(after)).equals(data(expected))) {
            throw new IOException(
                    "'"
                            + step.name()
                            + "' reads back otherwise than it was written: "
                            + step.description());
        }
        states = after;
    }

    /** Sends a write; what the connectors are after it. */
    private List<ConnectorState> write(
            ConnectorStep step, ScriptRequest request, List<ConnectorState> before)
            throws IOException {
        ScriptAnswer answer;
        try {
            answer = call(request);
        } catch (ShellException e) {
            if (!e.begun()) {
                throw new IOException("nothing was written: " + e.getMessage(), e);
            }
            return settled(step, before, e.getMessage());
        } catch (IOException e) {
            return settled(step, before, e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        return switch (answer.outcome()) {
            case DONE -> replaced(before, step.name(), answer.states());
            case REFUSED -> refused(step, before, answer);
            case COULD_NOT_ASK ->
                    throw new IOException("Exchange could not be asked: " + answer.message());
            case CANNOT_TELL -> settled(step, before, answer.message());
        };
    }

    /** A refusal means that nothing changed, unless what is shown with it says otherwise. */
    private List<ConnectorState> refused(
            ConnectorStep step, List<ConnectorState> before, ScriptAnswer answer)
            throws IOException {
        for (ConnectorState shown : answer.states()) {
            if (!before.stream().map(ConnectorState::text).toList().contains(shown.text())) {
                return settled(step, before, answer.message());
            }
        }
        throw new IOException("Exchange refused: " + answer.message());
    }

    /** Reads what an unanswered write has done. */
    private List<ConnectorState> settled(
            ConnectorStep step, List<ConnectorState> before, String why) throws IOException {
        List<ConnectorState> found;
        try {
            found = ask(ScriptRequest.read()).states();
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether '"
                            + step.name()
                            + "' was written ("
                            + why
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (data(connectors(found)).equals(data(connectors(before)))) {
            throw new IOException("'" + step.name() + "' was not written: " + why);
        }
        return found;
    }

    private static List<ConnectorState> replaced(
            List<ConnectorState> before, String name, List<ConnectorState> shown)
            throws IOException {
        List<ConnectorState> after = new ArrayList<>();
        for (ConnectorState state : before) {
            if (!state.name().equalsIgnoreCase(name)) {
                after.add(state);
            }
        }
        for (ConnectorState state : shown) {
            if (!state.name().equalsIgnoreCase(name)) {
                throw new IOException("the script read back another connector than '" + name + "'");
            }
            after.add(state);
        }
        return List.copyOf(after);
    }

    private static ConnectorState named(List<ConnectorState> states, String name) {
        return states.stream()
                .filter(state -> state.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    private static Set<ConnectorData> data(List<ReceiveConnector> connectors) {
        Set<ConnectorData> data = new HashSet<>();
        connectors.forEach(connector -> data.add(ConnectorData.of(connector)));
        return data;
    }

    @Override
    public InetSocketAddress endpoint() {
        return settings.endpoint();
    }

    /** Sources are real. */
    @Override
    public byte[] simulationToken() {
        return new byte[0];
    }

    @Override
    public Duration tarpit() {
        return tarpit;
    }

    @Override
    public void close() {}
}
