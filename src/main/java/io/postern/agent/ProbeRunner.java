package io.postern.agent;

import io.postern.agent.probe.Prober;
import io.postern.client.model.AgentServer;
import io.postern.client.model.Kind;
import io.postern.client.model.ProbeTask;
import io.postern.client.model.ProbeTaskResult;
import io.postern.client.model.ProbeTaskResults;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.ProbeStage;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs probes against the agent's own servers and nowhere else, a few at a time, and posts each
 * result as soon as it is there.
 */
final class ProbeRunner {
    private static final int PARALLEL = 16;
    private static final int SOURCE_PORT = 40_000;
    private static final int MAX_LINES = 200;
    private static final int MAX_LINE = 2000;

    /** A server that is not ours may have the tarpit of Exchange's default. */
    private static final Duration VANTAGE_TARPIT = Duration.ofSeconds(5);

    private static final ProbeOutcome NOT_RUN =
            new ProbeOutcome(ProbeOutcome.Kind.NOT_RUN, ProbeStage.CONNECT.word(), null, List.of());

    /**
     * Stands for the server where it has no address of the source's family: bindings are wildcards.
     */
    private static final Address IPV6_DOCUMENTATION = Address.parse("2001:db8::25");

    private static final Address IPV4_DOCUMENTATION = Address.parse("192.0.2.25");

    private final ServiceClient client;
    private final Map<String, Driver> drivers;
    private final Consumer<String> news;
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

    ProbeRunner(ServiceClient client, Map<String, Driver> drivers, Consumer<String> news) {
        this.client = client;
        this.drivers = drivers;
        this.news = news;
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

    /** From an address of this machine's to a server that others keep. */
    private void runAsVantage(ProbeTask task) {
        answer(
                task,
                () -> {
                    boolean isPossible =
                            task.getAccount() == null
                                    && task.getComputer() == null
                                    && LocalAddresses.texts().contains(task.getSource());
                    ProbeOutcome outcome =
                            isPossible
                                    ? prober.probe(requestAsVantage(task), cancellation)
                                    : NOT_RUN;
                    return result(task, outcome, false);
                });
    }

    private static ProbeRequest requestAsVantage(ProbeTask task) {
        try {
            return new ProbeRequest(
                    new InetSocketAddress(
                            InetAddress.getByName(Address.parse(task.getTarget()).toString()),
                            task.getPort()),
                    new ProbeSource.Real(
                            InetAddress.getByName(Address.parse(task.getSource()).toString())),
                    settings(task.getSettings()),
                    ProbeTimeouts.forTarpit(VANTAGE_TARPIT));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static ProbeSettings settings(io.postern.client.model.ProbeSettings asked) {
        return new ProbeSettings(
                asked.getEhloName(),
                asked.getMailFrom(),
                asked.getInternalRecipient(),
                asked.getExternalRecipient());
    }

    private void run(ProbeTask task, AgentServer server, Driver driver) {
        answer(
                task,
                () -> {
                    ProbeOutcome outcome =
                            isPossible(task, driver)
                                    ? prober.probe(request(task, server, driver), cancellation)
                                    : NOT_RUN;
                    return result(task, outcome, driver.simulationToken().length > 0);
                });
    }

    private void answer(ProbeTask task, Supplier<ProbeTaskResult> probe) {
        try {
            client.answer(
                    new ProbeTaskResults().server(task.getServer()).addResultsItem(probe.get()));
        } catch (ServiceException e) {
            // It is still open at the service, and asked for again.
            news.accept("probe " + task.getId() + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            news.accept("probe " + task.getId() + " cannot be made: " + e.getMessage());
        } finally {
            underWay.remove(task.getId());
        }
    }

    /** A real server believes no header: no identity can be claimed to it. */
    private static boolean isPossible(ProbeTask task, Driver driver) {
        return driver.simulationToken().length > 0
                || task.getAccount() == null && task.getComputer() == null;
    }

    private static ProbeRequest request(ProbeTask task, AgentServer server, Driver driver) {
        Address source = Address.parse(task.getSource());
        return new ProbeRequest(
                target(task, driver),
                source(task, source, server, driver),
                settings(server.getProbeSettings()),
                ProbeTimeouts.forTarpit(driver.tarpit()));
    }

    /** A simulated server listens on one port for all that are asked about. */
    private static InetSocketAddress target(ProbeTask task, Driver driver) {
        return driver.simulationToken().length > 0
                ? driver.endpoint()
                : new InetSocketAddress(driver.endpoint().getAddress(), task.getPort());
    }

    private static ProbeSource source(
            ProbeTask task, Address source, AgentServer server, Driver driver) {
        if (driver.simulationToken().length == 0) {
            try {
                // An address that is not this machine's cannot be bound: the probe is not run then.
                return new ProbeSource.Real(InetAddress.getByName(source.toString()));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("'" + source + "' is no address", e);
            }
        }
        return new ProbeSource.Simulated(
                source,
                SOURCE_PORT,
                destination(server, source.family()),
                task.getPort(),
                driver.simulationToken(),
                new ProbeSource.Identity(task.getAccount(), task.getAccountSid()),
                new ProbeSource.Identity(task.getComputer(), task.getComputerSid()));
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
                        .transcript(
                                outcome.transcript().stream()
                                        .limit(MAX_LINES)
                                        .map(
                                                line ->
                                                        line.elapsedMillis()
                                                                + " "
                                                                + line.direction()
                                                                + " "
                                                                + cut(line.text()))
                                        .toList());
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
    }
}
