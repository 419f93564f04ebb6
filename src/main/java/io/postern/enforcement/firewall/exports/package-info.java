/** Reads what a Windows firewall's cmdlets and its registry keys export. */
package io.postern.enforcement.firewall.exports;
