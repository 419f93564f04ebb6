/**
 * SMTP as data: reading replies, the probe dialogue, what a probe has observed, and the PROXY
 * protocol header. Plain Java: no sockets, no clock; elapsed milliseconds are passed in.
 */
package io.postern.smtp;
