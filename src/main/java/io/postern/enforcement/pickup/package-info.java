/**
 * The pickup folder of Exchange: who may write there, and what a policy says of it. Whoever can
 * write there can relay, so its access list is an enforcement point. Pure.
 */
package io.postern.enforcement.pickup;
