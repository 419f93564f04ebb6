/** The clockwork of the fleet. */
package io.postern.fleet.schedule;
