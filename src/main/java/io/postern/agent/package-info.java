/**
 * The agent program: enrols, pulls signed desired states, applies them through a driver, undoes
 * alone what nobody confirms, reports, and runs probes. It keeps everything it must not forget in
 * files of its own.
 */
package io.postern.agent;
