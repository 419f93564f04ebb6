package io.postern.web;

import io.postern.problem.DomainException;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.function.Function;
import java.util.function.Supplier;

/** Post, then redirect; a refusal comes back as the same page with a message. */
final class PageActions {
    private PageActions() {}

    /**
     * Runs an action.
     *
     * @param action yields where to go next
     * @param page the page to show with the refusal
     */
    static Response act(Supplier<String> action, Function<Notice, Object> page) {
        try {
            return goTo(action.get());
        } catch (DomainException e) {
            return Response.status(e.code().status()).entity(page.apply(Notice.of(e))).build();
        }
    }

    static Response goTo(String path) {
        return Response.seeOther(URI.create(path)).build();
    }
}
