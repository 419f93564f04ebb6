/** What is asked of a server from where, what the policy says must happen, and what came of it. */
package io.postern.probe;
