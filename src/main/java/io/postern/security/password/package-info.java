/** Sign-in with a name and a password. */
package io.postern.security.password;
