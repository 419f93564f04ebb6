/** Reads what the read script says of a pickup folder. */
package io.postern.enforcement.pickup.exports;
