/** Drives the object model guard of Outlook on a Windows machine by scripts. */
package io.postern.agent.outlook;
