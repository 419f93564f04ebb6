/** Reads what {@code nft -j list ruleset} says. */
package io.postern.enforcement.nftables.exports;
