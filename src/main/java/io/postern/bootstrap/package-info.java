/**
 * Start-up: the clock, the data directory, the database of a first start, the checks that refuse
 * unsafe settings.
 */
package io.postern.bootstrap;
