/** What is plain data, as JSON. */
package io.postern.enforcement.json;
