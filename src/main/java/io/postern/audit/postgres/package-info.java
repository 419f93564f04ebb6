/** News between replicas by PostgreSQL's LISTEN and NOTIFY. */
package io.postern.audit.postgres;
