/** The staged push of a revision: the law in plain Java, each step persisted before it is taken. */
package io.postern.rollout;
