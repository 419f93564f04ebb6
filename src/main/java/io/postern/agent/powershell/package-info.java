/**
 * Runs the scripts of the drivers in Windows PowerShell: how a request goes in and an answer comes
 * out, whatever the scripts do.
 */
package io.postern.agent.powershell;
