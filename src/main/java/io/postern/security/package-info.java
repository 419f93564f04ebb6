/** Who acts: accounts, roles, the current actor. */
package io.postern.security;
