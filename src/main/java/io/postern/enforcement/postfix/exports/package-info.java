/** Reads a Postfix off a file that a person made of what its programs say. */
package io.postern.enforcement.postfix.exports;
