/** A small network of its own, of network namespaces, to prove enforcement with real packets. */
package io.postern.cli.network;
