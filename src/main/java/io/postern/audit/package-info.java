/**
 * The trail: no record, no action. Hash-chained, insert-only, and the source of all news between
 * replicas.
 */
package io.postern.audit;
