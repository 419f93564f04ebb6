/** Postern: who may hand mail to Exchange, decided, pushed and proven. */
package io.postern;
