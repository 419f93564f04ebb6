package io.postern.security;

import java.util.Set;
import java.util.TreeSet;

/** What somebody may do. The constants' values are the words of tokens, pages and annotations. */
public final class Role {
    /** Sees everything, changes nothing. */
    public static final String READER = "reader";

    /** Writes and submits change requests. */
    public static final String AUTHOR = "author";

    /** Approves or rejects what others wrote. */
    public static final String APPROVER = "approver";

    /** Applies approved changes, runs rollouts, enrols agents. */
    public static final String OPERATOR = "operator";

    /** Manages accounts. Is bound by four eyes like everybody. */
    public static final String ADMIN = "admin";

    /** An enrolled agent; never given to a person. */
    public static final String AGENT = "agent";

    private static final Set<String> FOR_PEOPLE = Set.of(READER, AUTHOR, APPROVER, OPERATOR, ADMIN);

    private Role() {}

    /** The roles that an account may hold. */
    public static Set<String> forPeople() {
        return new TreeSet<>(FOR_PEOPLE);
    }
}
