package io.postern.agent;

import io.postern.client.model.AgentSelf;
import io.postern.client.model.AgentServer;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Server;
import io.postern.smtp.netty.LocalAddresses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The agent's loop: keeps the servers' clocks, pulls, applies, reports, probes. The service may be
 * away for as long as it likes; what is in force stays in force.
 */
public final class AgentProgram {
    private static final long LOOK_MILLIS = 20_000;
    private static final long CLOCK_MILLIS = 250;

    /** A step must not wait longer for the folder than this. */
    private static final Duration WATCH = Duration.ofSeconds(5);

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final long RETRY_MILLIS = 1_000;
    private static final long OFFER_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Makes the driver of a server. */
    @FunctionalInterface
    public interface Drivers {
        /**
         * @param directory of this server's files; exists
         */
        Driver open(String server, Path directory) throws IOException;
    }

    private final AgentTime time;
    private final Consumer<String> news;
    private final ServiceClient client;
    private final SignatureCheck check;
    private final List<ServerKeeper> keepers = new CopyOnWriteArrayList<>();
    private final Map<String, Driver> drivers = new LinkedHashMap<>();
    private final Map<String, String> closed = new LinkedHashMap<>();
    private final Path data;
    private final Map<String, String> tags = new HashMap<>();
    private final Map<String, Object> reported = new HashMap<>();
    private final Map<String, Long> reportedAt = new HashMap<>();
    private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1);
    private final AccountContexts accounts;
    private final ProbeRunner probes;
    private final Notices notices;
    private final Random random = new Random();
    private Map<String, AgentServer> servers = Map.of();
    private Instant lastRequest;
    private Instant lastDownload;
    private List<String> offered;
    private Long offeredAt;
    private boolean away;
    private volatile boolean stopped;

    /**
     * Opens the servers of an enrolled agent and puts right what a kill left half done. One that
     * cannot be read now is tried again later, unless none can be.
     *
     * @param data the agent's directory
     * @param longPoll no event stream, long poll from the start
     * @param news told each important event, a line for people
     */
    public AgentProgram(
            Path data, Drivers drivers, boolean longPoll, AgentTime time, Consumer<String> news)
            throws IOException {
        this(data, drivers, AccountContexts.NONE, longPoll, time, news);
    }

    /**
     * As above.
     *
     * @param accounts that probes can run as
     */
    public AgentProgram(
            Path data,
            Drivers drivers,
            AccountContexts accounts,
            boolean longPoll,
            AgentTime time,
            Consumer<String> news)
            throws IOException {
        this.data = data;
        this.accounts = accounts;
        this.time = time;
        this.news = news;
        AgentIdentity identity = AgentIdentity.read(data);
        this.client = ServiceClient.of(identity, AgentKey.read(AgentIdentity.keyFile(data)), time);
        this.check = new SignatureCheck(identity);
        for (String server : identity.servers()) {
            Path directory = directory(server);
            DurableFile.makeDirectory(directory);
            this.drivers.put(server, drivers.open(server, directory));
        }
        IOException first = null;
        for (String server : identity.servers()) {
            try {
                keep(server);
            } catch (IOException e) {
                first = first == null ? e : first;
                closed.put(server, e.getMessage());
                news.accept(server + ": not kept yet: " + e.getMessage());
            }
        }
        if (keepers.isEmpty() && first != null) {
            this.drivers.values().forEach(Driver::close);
            throw first;
        }
        this.probes = new ProbeRunner(client, this.drivers, accounts, news);
        this.notices = new Notices(client, time, longPoll, this::wake, news);
    }

    private Path directory(String server) {
        return data.resolve("servers").resolve(directoryName(server));
    }

    private ServerKeeper keep(String server) throws IOException {
        ServerKeeper keeper =
                new ServerKeeper(server, drivers.get(server), directory(server), time, news);
        keepers.add(keeper);
        return keeper;
    }

    /** Whether every server is kept by now. */
    private boolean keepAll() {
        for (String server : List.copyOf(closed.keySet())) {
            try {
                startClock(keep(server));
                closed.remove(server);
                news.accept(server + ": kept from now on");
            } catch (IOException e) {
                if (!e.getMessage().equals(closed.put(server, e.getMessage()))) {
                    news.accept(server + ": not kept yet: " + e.getMessage());
                }
            }
        }
        return closed.isEmpty();
    }

    /** A server's name can hold anything; a directory's cannot. */
    static String directoryName(String server) {
        return server.replaceAll("[^A-Za-z0-9._-]", "_")
                + "-"
                + Integer.toHexString(server.hashCode());
    }

    private void wake() {
        wakes.offer(Boolean.TRUE);
    }

    /** Runs until {@link #stop} or an interrupt. */
    public void run() {
        Thread listener = new Thread(notices, "postern-notices");
        listener.setDaemon(true);
        listener.start();
        keepers.forEach(this::startClock);
        drivers.forEach(
                (server, driver) -> driver.pickup().ifPresent(one -> startWatch(server, one)));
        try {
            while (!stopped) {
                boolean complete = once();
                wakes.poll(pauseMillis(complete), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            notices.stop();
            probes.stop();
            drivers.values().forEach(Driver::close);
        }
    }

    /** However slow the service or another server answers, an undo comes in time. */
    private void startClock(ServerKeeper keeper) {
        Thread clock =
                new Thread(() -> keepClock(keeper), "postern-confirm-window-" + keeper.server());
        clock.setDaemon(true);
        clock.start();
    }

    /** Who drops files must be seen while they lie there: seconds. */
    private void startWatch(String server, PickupPoint pickup) {
        Thread watch = new Thread(() -> watch(server, pickup), "postern-pickup-" + server);
        watch.setDaemon(true);
        watch.start();
    }

    private void watch(String server, PickupPoint pickup) {
        String failure = null;
        try {
            while (!stopped) {
                try {
                    pickup.watch(WATCH);
                    failure = null;
                    TimeUnit.MILLISECONDS.sleep(CLOCK_MILLIS);
                } catch (IOException e) {
                    if (!e.getMessage().equals(failure)) {
                        failure = e.getMessage();
                        news.accept(server + ": pickup folder not watched: " + failure);
                    }
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepClock(ServerKeeper keeper) {
        try {
            while (!stopped) {
                tick(keeper);
                TimeUnit.MILLISECONDS.sleep(CLOCK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pauseMillis(boolean complete) {
        long due =
                keepers.stream().mapToLong(ServerKeeper::nanosToTick).min().orElse(Long.MAX_VALUE);
        long look = complete ? LOOK_MILLIS + random.nextInt(5_000) : RETRY_MILLIS;
        return Math.min(look, TimeUnit.NANOSECONDS.toMillis(due) + 1);
    }

    /** Ends {@link #run} soon. */
    public void stop() {
        stopped = true;
        wake();
    }

    /** One round; whether the service was there for all of it. */
    private boolean once() {
        boolean complete = keepAll();
        keepers.forEach(this::tick);
        try {
            lastRequest = time.now();
            AgentSelf self = client.self();
            Map<String, AgentServer> known = new HashMap<>();
            self.getServers().forEach(server -> known.put(server.getName(), server));
            servers = known;
            for (ServerKeeper keeper : keepers) {
                complete &= serveOne(keeper);
            }
            offerVantage();
            probes.begin(client.probes(), servers);
            if (away) {
                news.accept("service: there again");
                away = false;
            }
            return complete;
        } catch (ServiceException e) {
            if (!away) {
                news.accept("service: " + e.getMessage() + "; what is in force stays in force");
                away = true;
            }
            return false;
        }
    }

    /** Says from where and as whom it can probe, when that changed and now and then. */
    private void offerVantage() throws ServiceException {
        List<String> addresses = vantageAddresses();
        boolean isDue = offeredAt == null || time.nanoTime() - offeredAt > OFFER_NANOS;
        if (isDue || !addresses.equals(offered)) {
            try {
                client.vantage(addresses, accounts.contexts());
            } catch (ServiceException e) {
                offerRest(addresses, e);
            }
            offered = addresses;
            offeredAt = time.nanoTime();
        }
    }

    /** Its own addresses, without those of the servers that it keeps: they are no client's. */
    private List<String> vantageAddresses() {
        List<AddressRange> kept = new ArrayList<>();
        for (AgentServer server : servers.values()) {
            if (server.getAddresses() != null) {
                server.getAddresses().forEach(text -> kept.add(AddressRange.parse(text)));
            }
        }
        return LocalAddresses.texts().stream()
                .filter(text -> kept.stream().noneMatch(r -> r.contains(Address.parse(text))))
                .toList();
    }

    /** One address that the service refuses must not keep the others from it. */
    private void offerRest(List<String> addresses, ServiceException refusal)
            throws ServiceException {
        if (refusal.status() != BAD_REQUEST) {
            throw refusal;
        }
        news.accept("vantage: the service refuses the offer: " + refusal.getMessage());
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            if (!refusal.pointers().contains("/addresses/" + i)) {
                rest.add(addresses.get(i));
            }
        }
        if (!rest.equals(addresses)) {
            client.vantage(rest, accounts.contexts());
        }
    }

    /** What the service refuses of one server must not keep the others from it. */
    private boolean serveOne(ServerKeeper keeper) throws ServiceException {
        try {
            return serve(keeper);
        } catch (ServiceException e) {
            if (e.status() != BAD_REQUEST && e.status() != TOO_LARGE) {
                throw e;
            }
            news.accept(keeper.server() + ": the service refuses its report: " + e.getMessage());
            return false;
        }
    }

    /** One server's turn; whether it went well. Another server is none the worse if not. */
    private boolean serve(ServerKeeper keeper) throws ServiceException {
        try {
            // First what is there: without it the service can compile nothing.
            report(keeper);
            // Looking at a real server takes seconds: again only if something may have changed.
            if (pull(keeper)) {
                report(keeper);
            }
            return true;
        } catch (IOException e) {
            news.accept(keeper.server() + ": error: " + e.getMessage());
            return false;
        }
    }

    private void tick(ServerKeeper keeper) {
        try {
            keeper.tick();
        } catch (IOException e) {
            news.accept(keeper.server() + ": " + e.getMessage());
        }
    }

    /** Whether there was something new, taken or refused. */
    private boolean pull(ServerKeeper keeper) throws ServiceException, IOException {
        Download download = client.desiredState(keeper.server(), tags.get(keeper.server()));
        if (download.kind() != Download.Kind.PUBLISHED) {
            return false;
        }
        lastDownload = time.now();
        try {
            keeper.take(check.read(download.jws(), keeper.server(), time.now()));
            tags.put(keeper.server(), download.etag());
        } catch (SignatureCheck.RefusedException e) {
            keeper.refused(e.getMessage());
        }
        return true;
    }

    /** The ports that the policy names for a server. */
    private List<Integer> ports(String server) {
        AgentServer known = servers.get(server);
        return known == null ? Server.DEFAULT_PORTS : known.getPorts();
    }

    /** Reports what changed, and every so often that nothing did. */
    private void report(ServerKeeper keeper) throws ServiceException, IOException {
        Object now = List.of(keeper.journal(), keeper.observed(), keeper.state());
        Long last = reportedAt.get(keeper.server());
        if (now.equals(reported.get(keeper.server()))
                && last != null
                && time.nanoTime() - last < REPORT_NANOS) {
            return;
        }
        client.report(
                keeper.server(),
                Reports.of(keeper, ports(keeper.server()), lastRequest, lastDownload));
        reported.put(keeper.server(), now);
        reportedAt.put(keeper.server(), time.nanoTime());
    }
}
