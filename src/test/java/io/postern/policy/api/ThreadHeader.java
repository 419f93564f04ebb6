package io.postern.policy.api;

import io.vertx.core.Context;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Tells in every answer of a test which kind of thread made it. */
public class ThreadHeader {
    static final String NAME = "X-Test-Thread";
    static final String EVENT_LOOP = "event loop";
    static final String WORKER = "worker";

    @ServerResponseFilter
    public void tell(ContainerResponseContext response) {
        response.getHeaders().putSingle(NAME, Context.isOnEventLoopThread() ? EVENT_LOOP : WORKER);
    }
}
