/**
 * One server as a whole: what its enforcement points should hold together, and the order in which
 * they get there. Pure.
 */
package io.postern.enforcement.server;
