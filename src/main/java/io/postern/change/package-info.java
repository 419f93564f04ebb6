/**
 * Change requests: proposed operations on a base revision, their analysis, approval by another
 * person, and what became of them.
 */
package io.postern.change;
