package io.postern.security;

/**
 * An account was made, or may sign in no more or again. Fired inside the transaction that does it.
 *
 * @param name the account's name
 */
public record AccountChanged(String name) {}
