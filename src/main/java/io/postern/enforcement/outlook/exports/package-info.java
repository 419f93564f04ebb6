/** Reads what the read script says of Outlook's object model guard. */
package io.postern.enforcement.outlook.exports;
