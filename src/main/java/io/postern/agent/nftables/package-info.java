/** Drives the nftables of this host with the program {@code nft}. */
package io.postern.agent.nftables;
