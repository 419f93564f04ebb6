package io.postern.fleet.netty;

import io.postern.fleet.ServiceProber;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.netty.LocalAddresses;
import io.postern.smtp.netty.ProbeCancellation;
import io.postern.smtp.netty.ProbeEngine;
import io.postern.smtp.netty.ProbeRequest;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.eclipse.microprofile.context.ManagedExecutor;

/** Makes the service's own probes on one engine, which begins with the first of them. */
@ApplicationScoped
public class EngineServiceProber implements ServiceProber {
    /** The tarpit of Exchange's default; how long the server's really is nobody says here. */
    private static final Duration TARPIT = Duration.ofSeconds(5);

    private final Executor executor;
    private final ProbeCancellation stopped = new ProbeCancellation();
    private ProbeEngine engine;

    EngineServiceProber(ManagedExecutor executor) {
        this.executor = executor;
    }

    @Override
    public List<String> addresses() {
        return LocalAddresses.texts();
    }

    @Override
    public CompletionStage<ProbeOutcome> probe(Task task) {
        // Off the caller's thread, since a name is looked up.
        return CompletableFuture.supplyAsync(() -> request(task), executor)
                .thenCompose(request -> engine().start(request, stopped))
                .exceptionally(failure -> ProbeOutcome.notRun(failure.getMessage()));
    }

    private static ProbeRequest request(Task task) {
        try {
            return new ProbeRequest(
                    new InetSocketAddress(target(task), task.port()),
                    new ProbeSource.Real(InetAddress.getByName(task.source())),
                    task.settings(),
                    ProbeTimeouts.forTarpit(TARPIT));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + task.target() + "' has no address", e);
        }
    }

    /** The first of the source's family, of which alone it can be asked. */
    private static InetAddress target(Task task) throws UnknownHostException {
        boolean isIpv6 = Address.parse(task.source()).family() == AddressFamily.IPV6;
        return Arrays.stream(InetAddress.getAllByName(task.target()))
                .filter(address -> address instanceof Inet6Address == isIpv6)
                .findFirst()
                .orElseThrow(() -> new UnknownHostException(task.target()));
    }

    private synchronized ProbeEngine engine() {
        if (engine == null) {
            engine = new ProbeEngine();
        }
        return engine;
    }

    @PreDestroy
    synchronized void stop() {
        stopped.cancel();
        if (engine != null) {
            engine.close();
        }
    }
}
