/** What drives rollouts forward. */
package io.postern.rollout.schedule;
