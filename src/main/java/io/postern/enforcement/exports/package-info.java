/** Reads what Exchange's own cmdlets exported: CLIXML and JSON. */
package io.postern.enforcement.exports;
