/**
 * Windows Defender Firewall: its rules as plain data, what they let through, and what a policy
 * compiles to. Pure.
 */
package io.postern.enforcement.firewall;
