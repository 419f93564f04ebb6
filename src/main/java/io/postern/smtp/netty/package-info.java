/**
 * The probe dialogue over real connections: asynchronous, thousands at a time on a few threads. The
 * only room that sees Netty directly; used by the agent, the service and the verbs.
 */
package io.postern.smtp.netty;
