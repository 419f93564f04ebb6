package io.postern.security;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;

/** The actor of the running request. */
@RequestScoped
public class CurrentActor {
    private final SecurityIdentity identity;

    CurrentActor(SecurityIdentity identity) {
        this.identity = identity;
    }

    /**
     * Who is signed in.
     *
     * @throws IllegalStateException if nobody is: such requests are refused before
     */
    public Actor get() {
        if (identity.isAnonymous()) {
            throw new IllegalStateException("an anonymous request reached a protected action");
        }
        return new Actor(identity.getPrincipal().getName(), identity.getRoles());
    }
}
