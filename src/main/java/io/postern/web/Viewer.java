package io.postern.web;

import io.postern.security.Actor;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who looks at the page; the templates know it as {@code inject:viewer}. */
@Named("viewer")
@RequestScoped
public class Viewer {
    private final SecurityIdentity identity;

    Viewer(SecurityIdentity identity) {
        this.identity = identity;
    }

    public boolean isSignedIn() {
        return !identity.isAnonymous();
    }

    /** Name of who is signed in; empty = nobody. */
    public String getName() {
        return isSignedIn() ? identity.getPrincipal().getName() : "";
    }

    /** The roles in alphabetical order. */
    public List<String> getRoles() {
        return List.copyOf(new TreeSet<>(identity.getRoles()));
    }

    public boolean has(String role) {
        return identity.hasRole(role);
    }

    Actor actor() {
        return new Actor(getName(), isSignedIn() ? identity.getRoles() : Set.of());
    }
}
