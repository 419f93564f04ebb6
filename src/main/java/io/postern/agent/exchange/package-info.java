/**
 * Exchange servers as drivers: receive connectors read and written by short PowerShell scripts,
 * JSON in and JSON out. Every decision is made here; the scripts only look up, compare and write.
 */
package io.postern.agent.exchange;
