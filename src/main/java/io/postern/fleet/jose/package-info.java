/** Signatures: the service signs desired states, agents sign their requests. JOSE by jose4j. */
package io.postern.fleet.jose;
