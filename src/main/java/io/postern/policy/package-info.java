/**
 * What may be submitted, and how far: model, decision, impact, file format. Plain Java: no
 * framework, no clock, no input or output; time is always an argument.
 */
package io.postern.policy;
