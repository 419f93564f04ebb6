/** When the service asks its own probes. */
package io.postern.fleet.schedule;
