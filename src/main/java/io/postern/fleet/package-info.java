/** Servers and their agents: enrolment, publications, reports. Answers the rollout's port. */
package io.postern.fleet;
