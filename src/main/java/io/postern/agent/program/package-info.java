/** Programs of the host, run without a shell, bounded in time and in what they say. */
package io.postern.agent.program;
