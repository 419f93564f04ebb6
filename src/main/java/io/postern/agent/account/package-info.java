/**
 * Probes as other accounts of this Windows machine: a scheduled task that an administrator prepared
 * runs this program's own probe; a request file goes in, a result file comes out.
 */
package io.postern.agent.account;
