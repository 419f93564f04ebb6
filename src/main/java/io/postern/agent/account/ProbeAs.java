package io.postern.agent.account;

import io.postern.agent.AgentTime;
import io.postern.agent.account.AccountProbe.Request;
import io.postern.agent.account.AccountProbe.Result;
import io.postern.policy.Address;
import io.postern.smtp.ProbeOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DateTimeException;

/** What a prepared task runs: the one request of its directory, as whoever the task is set to. */
public final class ProbeAs {
    /** What makes the probe. */
    @FunctionalInterface
    public interface Prober {
        /** Makes one probe; every way it can end is an outcome. */
        ProbeOutcome probe(
                InetSocketAddress target,
                InetAddress source,
                io.postern.smtp.ProbeSettings settings);
    }

    private ProbeAs() {}

    /**
     * Runs the request of a directory and leaves the result beside it.
     *
     * @param ranAs who runs this, for people
     * @throws IOException if there is no request that can be run; no result is left then
     */
    public static void run(Path directory, String ranAs, AgentTime time, Prober prober)
            throws IOException {
        Request request = AccountProbe.read(directory.resolve(AccountProbe.REQUEST), Request.class);
        InetSocketAddress target;
        InetAddress source;
        try {
            if (request.version() != AccountProbe.VERSION || request.id() == null) {
                throw new IllegalArgumentException(
                        "it must have an id and the version " + AccountProbe.VERSION);
            }
            if (time.now().isAfter(request.end())) {
                throw new IllegalArgumentException("it was to be run before " + request.notAfter());
            }
            target =
                    new InetSocketAddress(
                            InetAddress.getByName(Address.parse(request.target()).toString()),
                            request.port());
            source = InetAddress.getByName(Address.parse(request.source()).toString());
            request.settings();
        } catch (IllegalArgumentException | DateTimeException | NullPointerException e) {
            throw new IOException("the request cannot be run: " + e.getMessage(), e);
        }
        ProbeOutcome outcome = prober.probe(target, source, request.settings());
        AccountProbe.write(
                directory.resolve(AccountProbe.RESULT), Result.of(request, ranAs, outcome));
    }
}
