/**
 * The driver of a real Windows firewall: thin PowerShell scripts that do what they are told, and
 * everything that decides in here.
 */
package io.postern.agent.firewall;
