/**
 * What nftables on a Linux server or gateway should let through to an SMTP port, and what it does.
 * Plain Java; the kernel's listing is read below.
 */
package io.postern.enforcement.nftables;
