package io.postern.agent;

import io.postern.agent.ProbeTarget.NotPossibleException;
import io.postern.agent.probe.Prober;
import io.postern.client.model.AgentServer;
import io.postern.client.model.Kind;
import io.postern.client.model.ProbeTask;
import io.postern.client.model.ProbeTaskResult;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.LocalAddresses;
import io.postern.smtp.netty.ProbeCancellation;
import io.postern.smtp.netty.ProbeRequest;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Runs probes against the agent's own servers and nowhere else, a few at a time, and posts each
 * result soon after it is there.
 */
final class ProbeRunner {
    private static final int PARALLEL = Prober.MAX_PARALLEL;
    private static final int SOURCE_PORT = 40_000;
    private static final int MAX_LINES = 200;
    private static final int MAX_LINE = 2000;

    /** A server that is not ours may have the tarpit of Exchange's default. */
    private static final Duration VANTAGE_TARPIT = Duration.ofSeconds(5);

    /**
     * Stands for the server where it has no address of the source's family: bindings are wildcards.
     */
    private static final Address IPV6_DOCUMENTATION = Address.parse("2001:db8::25");

    private static final Address IPV4_DOCUMENTATION = Address.parse("192.0.2.25");

    private final Map<String, Driver> drivers;
    private final AccountContexts accounts;
    private final ProbeTarget.Resolver resolver = InetAddress::getAllByName;
    private final ProbeAnswers answers;
    private final Prober prober = new Prober();
    private final ProbeCancellation cancellation = new ProbeCancellation();
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
    private final ExecutorService pool =
            Executors.newFixedThreadPool(
                    PARALLEL,
                    task -> {
                        Thread thread = new Thread(task, "postern-probe");
                        thread.setDaemon(true);
                        return thread;
                    });

    ProbeRunner(
            ServiceClient client,
            Map<String, Driver> drivers,
            AccountContexts accounts,
            Consumer<String> news) {
        this.drivers = drivers;
        this.accounts = accounts;
        this.answers = new ProbeAnswers(client, news, underWay::remove);
    }

    /** Begins those that are not under way yet. */
    void begin(List<ProbeTask> tasks, Map<String, AgentServer> servers) {
        for (ProbeTask task : tasks) {
            AgentServer server = servers.get(task.getServer());
            Driver driver = drivers.get(task.getServer());
            boolean isAsVantage = task.getTarget() != null && task.getSettings() != null;
            if (!isAsVantage && (server == null || driver == null) || !underWay.add(task.getId())) {
                continue;
            }
            try {
                pool.execute(
                        isAsVantage ? () -> runAsVantage(task) : () -> run(task, server, driver));
            } catch (RejectedExecutionException e) {
                underWay.remove(task.getId());
            }
        }
    }

    private interface Attempt {
        ProbeOutcome make() throws NotPossibleException;
    }

    /** From an address of this machine's to a server that others keep. */
    private void runAsVantage(ProbeTask task) {
        answer(task, false, () -> askAsVantage(task));
    }

    private ProbeOutcome askAsVantage(ProbeTask task) throws NotPossibleException {
        if (!LocalAddresses.texts().contains(task.getSource())) {
            throw new NotPossibleException(task.getSource() + " is no address of this machine");
        }
        ProbeTarget target = ProbeTarget.ofVantage(task, resolver);
        if (task.getAccount() != null || task.getComputer() != null) {
            return askAsAccount(task, target).noted(target.note());
        }
        return probe(
                        new ProbeRequest(
                                new InetSocketAddress(inet(target.address()), task.getPort()),
                                new ProbeSource.Real(inet(Address.parse(task.getSource()))),
                                settings(task.getSettings()),
                                ProbeTimeouts.forTarpit(VANTAGE_TARPIT)))
                .noted(target.note());
    }

    private ProbeOutcome askAsAccount(ProbeTask task, ProbeTarget target)
            throws NotPossibleException {
        AccountContexts.Context context =
                new AccountContexts.Context(task.getAccount(), task.getComputer());
        if (!accounts.contexts().contains(context)) {
            throw new NotPossibleException(
                    "this agent cannot run as account "
                            + task.getAccount()
                            + " on computer "
                            + task.getComputer());
        }
        return accounts.probe(
                context,
                new AccountContexts.Question(
                        target.address().toString(),
                        task.getPort(),
                        task.getSource(),
                        settings(task.getSettings())));
    }

    private static ProbeSettings settings(io.postern.client.model.ProbeSettings asked) {
        return new ProbeSettings(
                asked.getEhloName(),
                asked.getMailFrom(),
                asked.getInternalRecipient(),
                asked.getExternalRecipient());
    }

    /** The one place at which the agent asks a server. */
    private ProbeOutcome probe(ProbeRequest request) {
        return prober.probe(request, cancellation);
    }

    private void run(ProbeTask task, AgentServer server, Driver driver) {
        boolean isSimulated = driver.simulationToken().length > 0;
        answer(
                task,
                isSimulated,
                () ->
                        isSimulated
                                ? askSimulated(task, server, driver)
                                : askOwn(task, server, driver));
    }

    /** A real server believes no header: no identity can be claimed to it. */
    private ProbeOutcome askOwn(ProbeTask task, AgentServer server, Driver driver)
            throws NotPossibleException {
        if (task.getAccount() != null || task.getComputer() != null) {
            throw new NotPossibleException("a real server takes no identity that is only named");
        }
        InetAddress target = driver.endpoint().getAddress();
        if (task.getTarget() != null) {
            ProbeTarget.requireListed(task.getTarget(), server);
            target = inet(ProbeTarget.ofVantage(task, resolver).address());
        }
        // An address that is not this machine's cannot be bound: the probe is not run then.
        return probe(
                new ProbeRequest(
                        new InetSocketAddress(target, task.getPort()),
                        new ProbeSource.Real(inet(Address.parse(task.getSource()))),
                        settings(server.getProbeSettings()),
                        ProbeTimeouts.forTarpit(driver.tarpit())));
    }

    /**
     * A simulated server listens on one port for all that are asked about; an address of its own is
     * named to it, and a load-balanced name leads to whatever server the agent was told.
     */
    private ProbeOutcome askSimulated(ProbeTask task, AgentServer server, Driver driver)
            throws NotPossibleException {
        Address source = Address.parse(task.getSource());
        Address destination = destination(server, source.family());
        InetSocketAddress endpoint = driver.endpoint();
        String note = "";
        if (task.getTarget() != null) {
            ProbeTarget.requireListed(task.getTarget(), server);
            Optional<Address> named = ProbeTarget.address(task.getTarget());
            if (named.isPresent()) {
                ProbeTarget.requireFamily(named.get(), source.family(), task);
                destination = named.get();
            } else {
                endpoint =
                        driver.endpoint(task.getTarget())
                                .orElseThrow(
                                        () ->
                                                new NotPossibleException(
                                                        "no --load-balanced-name says where '"
                                                                + task.getTarget()
                                                                + "' leads"));
                note =
                        task.getTarget()
                                + " leads to "
                                + endpoint.getAddress().getHostAddress()
                                + ":"
                                + endpoint.getPort();
            }
        }
        return probe(
                        new ProbeRequest(
                                endpoint,
                                new ProbeSource.Simulated(
                                        source,
                                        SOURCE_PORT,
                                        destination,
                                        task.getPort(),
                                        token(endpoint, driver),
                                        new ProbeSource.Identity(
                                                task.getAccount(), task.getAccountSid()),
                                        new ProbeSource.Identity(
                                                task.getComputer(), task.getComputerSid())),
                                settings(server.getProbeSettings()),
                                ProbeTimeouts.forTarpit(driver.tarpit())))
                .noted(note);
    }

    /** Each simulated server believes its own token alone. */
    private byte[] token(InetSocketAddress endpoint, Driver driver) {
        return drivers.values().stream()
                .filter(one -> one.simulationToken().length > 0)
                .filter(one -> one.endpoint().equals(endpoint))
                .findFirst()
                .orElse(driver)
                .simulationToken();
    }

    private static InetAddress inet(Address address) {
        try {
            return InetAddress.getByName(address.toString());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + address + "' is no address", e);
        }
    }

    private void answer(ProbeTask task, boolean isSimulated, Attempt attempt) {
        boolean isAnswered = false;
        try {
            ProbeOutcome outcome;
            try {
                outcome = attempt.make();
            } catch (NotPossibleException | IllegalArgumentException e) {
                outcome = ProbeOutcome.notRun(e.getMessage());
            }
            answers.add(task.getServer(), result(task, outcome, isSimulated));
            isAnswered = true;
        } finally {
            if (!isAnswered) {
                underWay.remove(task.getId());
            }
        }
    }

    private static Address destination(AgentServer server, AddressFamily family) {
        return server.getAddresses().stream()
                .map(AddressRange::parse)
                .map(AddressRange::low)
                .filter(address -> address.family() == family)
                .findFirst()
                .orElse(family == AddressFamily.IPV6 ? IPV6_DOCUMENTATION : IPV4_DOCUMENTATION);
    }

    private static ProbeTaskResult result(
            ProbeTask task, ProbeOutcome outcome, boolean isSimulated) {
        ProbeTaskResult result =
                new ProbeTaskResult()
                        .id(task.getId())
                        .kind(Kind.fromValue(outcome.kind().name()))
                        .stage(outcome.stage())
                        .simulatedSource(isSimulated)
                        .transcript(outcome.written(MAX_LINES, MAX_LINE));
        if (outcome.reply() != null) {
            result.replyCode(outcome.reply().code())
                    .replyLines(outcome.reply().lines().stream().map(ProbeRunner::cut).toList());
        }
        return result;
    }

    private static String cut(String text) {
        return text.length() > MAX_LINE ? text.substring(0, MAX_LINE) : text;
    }

    void stop() {
        cancellation.cancel();
        pool.shutdownNow();
        answers.stop();
    }
}
