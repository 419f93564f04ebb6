package io.postern.agent.probe;

import io.postern.smtp.MalformedReply;
import io.postern.smtp.ProbeDialogue;
import io.postern.smtp.ProbeDialogue.Next;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProxyProtocol;
import io.postern.smtp.ReplyRead;
import io.postern.smtp.ReplyReader;
import io.postern.smtp.SmtpReply;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** One probe over one socket: tells the dialogue what happens and does what it says. */
final class ProbeConnection {
    /** For the replies to RSET and QUIT, when the answer is known already. */
    private static final Duration POLITE_WAIT = Duration.ofSeconds(5);

    /** A simulated firewall let nothing through. */
    private static final class SimulatedDropException extends IOException {
        private static final long serialVersionUID = 1;

        SimulatedDropException(String said) {
            super("simulated firewall" + said.substring(ProxyProtocol.SIMULATED_DROP.length()));
        }
    }

    private final Socket socket;
    private final ProbeRequest request;
    private final ProbeCancellation cancellation;
    private final ProbeDialogue dialogue;
    private final long startNanos = System.nanoTime();
    private final ReplyReader reader = new ReplyReader();
    private final Deque<ReplyRead> unread = new ArrayDeque<>();
    private final byte[] buffer = new byte[4096];

    ProbeConnection(Socket socket, ProbeRequest request, ProbeCancellation cancellation) {
        this.socket = socket;
        this.request = request;
        this.cancellation = cancellation;
        this.dialogue = new ProbeDialogue(request.settings());
    }

    ProbeOutcome run() {
        if (request.source() instanceof ProbeSource.Simulated simulated) {
            dialogue.note(0, "simulated source " + simulated.source());
        }
        Next next = connect();
        while (next == null || !next.done()) {
            next = exchange(next == null ? null : next.send());
        }
        return next.outcome();
    }

    /** Null when connected. */
    private Next connect() {
        try {
            bind();
        } catch (IOException | IllegalArgumentException e) {
            return dialogue.onNotRun("the local address cannot be used", elapsedMillis());
        }
        try {
            InetSocketAddress target = request.target();
            if (target.isUnresolved()) {
                return dialogue.onNotRun("the target's name has no address", elapsedMillis());
            }
            Duration wait = shorter(request.timeouts().connect(), request.timeouts().total());
            socket.connect(target, Math.toIntExact(wait.toMillis()));
            socket.setTcpNoDelay(true);
            if (request.source() instanceof ProbeSource.Simulated simulated) {
                socket.getOutputStream().write(simulated.header());
            }
            dialogue.onConnected(elapsedMillis());
            return null;
        } catch (IOException e) {
            return failed(e);
        }
    }

    private void bind() throws IOException {
        if (request.source() instanceof ProbeSource.Real real && real.local() != null) {
            socket.bind(new InetSocketAddress(real.local(), 0));
        }
    }

    /** Sends a line, unless null, and waits for what comes of it. */
    private Next exchange(String line) {
        try {
            if (line != null) {
                byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(bytes);
            }
            return react(readReply());
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** A complete reply or malformed one; null if the server closed. */
    private ReplyRead readReply() throws IOException {
        long deadline = System.nanoTime() + replyWait().toNanos();
        while (unread.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout(Math.toIntExact(millis));
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                return null;
            }
            if (dropped(count)) {
                throw new SimulatedDropException(text(count));
            }
            unread.addAll(reader.feed(buffer, 0, count));
        }
        return unread.removeFirst();
    }

    /** Whether a simulated server says that its simulated firewall dropped the connection. */
    private boolean dropped(int count) {
        return request.source() instanceof ProbeSource.Simulated
                && text(count).startsWith(ProxyProtocol.SIMULATED_DROP);
    }

    private String text(int count) {
        return new String(buffer, 0, count, StandardCharsets.ISO_8859_1).strip();
    }

    private Duration replyWait() {
        Duration left = request.timeouts().total().minusMillis(elapsedMillis());
        Duration wait = shorter(request.timeouts().read(), left);
        return dialogue.decided() ? shorter(wait, POLITE_WAIT) : wait;
    }

    private Next react(ReplyRead read) {
        if (cancellation.cancelled()) {
            return dialogue.onNotRun("cancelled", elapsedMillis());
        }
        if (read instanceof SmtpReply reply) {
            return dialogue.onReply(reply, elapsedMillis());
        }
        if (read instanceof MalformedReply malformed) {
            return dialogue.onMalformed(malformed, elapsedMillis());
        }
        if (reader.inReply()) {
            dialogue.note(elapsedMillis(), "in the middle of a reply:");
        }
        return dialogue.onClosed(elapsedMillis());
    }

    private Next failed(IOException e) {
        long now = elapsedMillis();
        if (cancellation.cancelled()) {
            return dialogue.onNotRun("cancelled", now);
        }
        if (e instanceof SimulatedDropException) {
            return dialogue.onDropped(e.getMessage(), now);
        }
        if (e instanceof SocketTimeoutException) {
            return dialogue.onTimeout(now);
        }
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (e instanceof NoRouteToHostException || message.contains("unreachable")) {
            return dialogue.onUnreachable("no route to the server", now);
        }
        if (e instanceof BindException) {
            return dialogue.onNotRun("the local address cannot be used", now);
        }
        // The system's own time for connecting can be shorter than ours.
        if (e instanceof ConnectException && message.contains("timed out")) {
            return dialogue.onTimeout(now);
        }
        return dialogue.onReset(now);
    }

    private long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
