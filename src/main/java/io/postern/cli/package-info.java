/** The verbs of the command line; only here does the clock of this machine enter. */
package io.postern.cli;
