/** Drives a real Postfix by its own programs. */
package io.postern.agent.postfix;
