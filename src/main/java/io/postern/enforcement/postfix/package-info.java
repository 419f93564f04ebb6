/**
 * Postfix as an SMTP server that is kept by address: what a policy says of it, and what it lets
 * through. Pure.
 */
package io.postern.enforcement.postfix;
