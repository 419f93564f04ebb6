/**
 * From policy to enforcement points: receive connectors as Exchange really chooses them, compilers,
 * plans with their inverses. Plain Java: no framework, no clock, no input or output.
 */
package io.postern.enforcement;
