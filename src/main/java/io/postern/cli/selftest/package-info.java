/** Postern tested against faults that it must see: the verb {@code selftest}. */
package io.postern.cli.selftest;
