package io.postern.fleet.api;

import io.netty.channel.EventLoop;
import io.postern.fleet.AgentNotices;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The open streams of agents. A notice is written out once and the same bytes go to everybody whom
 * it concerns, in one pass on each event loop; one heartbeat a loop serves all its streams. Each
 * loop's streams are touched on that loop alone.
 */
@ApplicationScoped
public class AgentStreams {
    private static final long HEARTBEAT_SECONDS = 10;

    /** One agent that listens. */
    private static final class OpenStream {
        private final List<String> servers;
        private final HttpServerResponse response;
        private boolean isBehind;

        OpenStream(List<String> servers, HttpServerResponse response) {
            this.servers = servers;
            this.response = response;
        }

        boolean isGone() {
            return response.closed() || response.ended();
        }

        boolean concerns(String server) {
            return server.isEmpty() || servers.contains(server);
        }
    }

    private static final class Loop {
        private final EventLoop thread;
        private final Set<OpenStream> streams = new HashSet<>();

        Loop(EventLoop thread) {
            this.thread = thread;
        }
    }

    private final AgentNotices notices;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();

    AgentStreams(AgentNotices notices) {
        this.notices = notices;
        notices.tell(this::heard);
    }

    /**
     * Begins a stream with a notice of where it stands; it ends with the connection. Called on the
     * connection's own context.
     */
    void open(List<String> servers, HttpServerResponse response) {
        EventLoop thread = ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
        Loop loop = loops.computeIfAbsent(thread, this::made);
        OpenStream stream = new OpenStream(List.copyOf(servers), response);
        thread.execute(
                () -> {
                    response.setChunked(true)
                            .putHeader("Content-Type", "text/event-stream")
                            .putHeader("Cache-Control", "no-store")
                            .putHeader("X-Accel-Buffering", "no");
                    loop.streams.add(stream);
                    write(stream, event(notices.cursor(stream.servers), true));
                });
    }

    private Loop made(EventLoop thread) {
        Loop loop = new Loop(thread);
        thread.scheduleAtFixedRate(
                () -> beat(loop), HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        return loop;
    }

    private void beat(Loop loop) {
        loop.streams.removeIf(OpenStream::isGone);
        loop.streams.forEach(
                stream -> write(stream, event(notices.cursor(stream.servers), stream.isBehind)));
    }

    private void heard(AgentNotices.Notice notice) {
        Buffer bytes = event(notice.cursor(), true);
        for (Loop loop : loops.values()) {
            loop.thread.execute(
                    () -> {
                        for (OpenStream stream : loop.streams) {
                            if (stream.concerns(notice.server())) {
                                write(stream, bytes);
                            }
                        }
                    });
        }
    }

    /** Who does not read gets no more until he has; the next heartbeat then says that there was. */
    private static void write(OpenStream stream, Buffer event) {
        if (stream.isGone()) {
            return;
        }
        if (stream.response.writeQueueFull()) {
            stream.isBehind = true;
            return;
        }
        stream.isBehind = false;
        stream.response.write(event);
    }

    private static Buffer event(long cursor, boolean news) {
        return Buffer.buffer("data:{\"cursor\":" + cursor + ",\"news\":" + news + "}\n\n");
    }
}
