/**
 * The object model guard of Outlook: whether a program may send through a user's Outlook without
 * asking. Independent of SMTP. Pure.
 */
package io.postern.enforcement.outlook;
