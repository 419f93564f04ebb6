package io.postern.cli.selftest;

import io.postern.policy.Address;
import java.util.List;
import java.util.Map;

/**
 * One fault at one place, and the change that brings it out.
 *
 * @param server the one that the fault is armed on
 * @param where for people: the range, the end, the identity
 * @param operations of the change, as the API takes them
 * @param faults lines of the fault file; empty = the fault is made otherwise
 * @param isBalancedAway whether the load balancer leads to a server that nobody keeps
 * @param watched addresses that must be treated as before when the change was undone
 */
record FaultTrial(
        String server,
        String where,
        List<Map<String, ?>> operations,
        List<String> faults,
        boolean isBalancedAway,
        List<Address> watched) {}
