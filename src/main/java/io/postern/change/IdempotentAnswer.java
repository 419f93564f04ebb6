package io.postern.change;

/**
 * An answer as it was given.
 *
 * @param location null = none
 * @param etag null = none
 * @param body JSON
 */
public record IdempotentAnswer(int status, String location, String etag, String body) {}
