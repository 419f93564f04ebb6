package io.postern.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.Direction;
import io.postern.policy.EntryKind;
import io.postern.policy.Operation;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The operations by which a policy would say what a server already lets through by address. A draft
 * for a person to read and finish, never applied by itself.
 */
final class Adoption {
    private static final int MAX_KEY = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> keys = new HashSet<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    private Adoption(Policy policy) {
        policy.grants().forEach(grant -> keys.add(grant.key()));
        policy.blocks().forEach(block -> keys.add(block.key()));
    }

    /**
     * Compares and words.
     *
     * @param owner who is named as owner of new grants
     */
    static Adoption of(
            Policy policy, Server server, ObservedServer observed, String owner, Instant at) {
        Adoption adoption = new Adoption(policy);
        Fidelity fidelity =
                ServerFidelity.of(
                        policy, server, observed.paths(false, server.ports()), List.of(), at);
        for (Fidelity.Found found : fidelity.regions()) {
            adoption.adopt(found.region(), server, owner);
        }
        adoption.left.addAll(fidelity.unknowns());
        return adoption;
    }

    private void adopt(Region region, Server server, String owner) {
        boolean isByAddress =
                region.accounts().equals(List.of("*")) && region.computers().equals(List.of("*"));
        if (!isByAddress) {
            left.add(
                    "What '"
                            + region.because().before()
                            + "' gives proven identities cannot be adopted: connectors see none.");
        } else if (region.direction() == Direction.OPENS
                || region.direction() == Direction.RAISES) {
            put(EntryKind.GRANT, grant(region, server, owner));
        } else if (region.direction() == Direction.CLOSES) {
            put(EntryKind.BLOCK, block(region, server));
        } else {
            left.add(
                    "'"
                            + region.because().before()
                            + "' gives "
                            + region.before().word()
                            + " where the server gives "
                            + region.after().word()
                            + ": lower that grant by hand.");
        }
    }

    private Map<String, Object> grant(Region region, Server server, String owner) {
        Map<String, Object> entry = entry(region, server, region.because().after());
        entry.put("tier", region.after().word());
        entry.put("owner", owner);
        entry.put(
                "reason",
                "found on " + server.name() + " at connector " + region.because().after());
        return entry;
    }

    private Map<String, Object> block(Region region, Server server) {
        Map<String, Object> entry = entry(region, server, "closed");
        entry.put("reason", "found closed on " + server.name());
        return entry;
    }

    private Map<String, Object> entry(Region region, Server server, String by) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("key", key(server.name() + "-" + by));
        entry.put("from", Map.of("addresses", region.addresses().texts()));
        entry.put("to", Map.of("servers", List.of(server.name()), "ports", region.ports()));
        return entry;
    }

    /** A key that nobody has, from words that may hold anything. */
    private String key(String words) {
        String plain =
                ("found-" + words)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        String base = plain.substring(0, Math.min(MAX_KEY, plain.length()));
        String key = base;
        for (int i = 2; !keys.add(key); i++) {
            key = base + "-" + i;
        }
        return key;
    }

    private void put(EntryKind kind, Map<String, Object> entry) {
        try {
            operations.add(
                    new Operation(
                            Operation.Action.PUT,
                            kind,
                            (String) entry.get("key"),
                            JSON.writeValueAsString(entry)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, lists and maps are always written", e);
        }
    }

    /** Empty = there is nothing that operations could adopt. */
    List<Operation> operations() {
        return operations;
    }

    /** What is not adopted and why, sentences for people. */
    List<String> left() {
        return left;
    }
}
