/** Error codes, and the one place that turns a failure into an answer. */
package io.postern.problem;
