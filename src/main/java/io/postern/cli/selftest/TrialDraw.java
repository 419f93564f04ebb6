package io.postern.cli.selftest;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Draws places and changes for trials: the same seed and policy give the same ones. */
final class TrialDraw {
    private final Random random;
    private final TrialPolicy policy;
    private final TrialAddresses addresses;
    private int keys;

    TrialDraw(long seed, TrialPolicy policy) {
        this.random = new Random(seed);
        this.policy = policy;
        this.addresses = new TrialAddresses(random);
    }

    Random random() {
        return random;
    }

    TrialPolicy policy() {
        return policy;
    }

    TrialAddresses addresses() {
        return addresses;
    }

    String of(List<String> servers) {
        return servers.get(random.nextInt(servers.size()));
    }

    /** A key that no other entry has. */
    String key() {
        return "trial-" + ++keys;
    }

    String tier() {
        return random.nextBoolean() ? "internal" : "relay";
    }

    /** A fresh grant on one server. */
    Map<String, ?> opening(String server, AddressRange range, String tier) {
        return TrialPolicy.put(
                "grants",
                TrialPolicy.grant(key(), List.of(range.toString()), tier, List.of(server)));
    }

    Map<String, ?> openingTo(
            String server, AddressRange range, List<TrialPolicy.Identity> accounts) {
        return TrialPolicy.put(
                "grants",
                TrialPolicy.grantTo(key(), List.of(range.toString()), accounts, List.of(server)));
    }

    Map<String, ?> blocking(Map<String, ?> from) {
        return TrialPolicy.put(
                "blocks", Map.of("key", key(), "from", from, "reason", "trial of a fault"));
    }

    /**
     * A trial whose change is one operation and, now and then, something else at another place.
     *
     * @param range where it can be seen
     * @param faults without the server
     */
    FaultTrial trial(
            String server,
            String where,
            AddressRange range,
            Map<String, ?> operation,
            String... faults) {
        List<Map<String, ?>> operations = new ArrayList<>(List.of(operation));
        operations.addAll(beside());
        return new FaultTrial(
                server,
                where,
                operations,
                Stream.of(faults).map(fault -> "@" + server + " " + fault).toList(),
                false,
                watched(range));
    }

    private static List<Address> watched(AddressRange range) {
        List<Address> watched = new ArrayList<>(List.of(range.low()));
        if (!range.low().equals(range.high())) {
            watched.add(range.high());
        }
        range.low().previous().ifPresent(watched::add);
        range.high().next().ifPresent(watched::add);
        watched.add(
                Address.parse(
                        range.family() == AddressFamily.IPV6 ? "fd00:99::1" : "203.0.113.50"));
        return watched;
    }

    /** What else a change brings: nothing, a fresh grant, or the end of an old one. */
    private List<Map<String, ?>> beside() {
        List<String> old = policy.temporary();
        if (!old.isEmpty() && (old.size() > 6 || random.nextInt(3) == 0)) {
            return List.of(removal(old.get(random.nextInt(old.size()))));
        }
        return random.nextInt(3) == 0
                ? List.of(opening(of(TrialPolicy.SERVERS), addresses.any(), tier()))
                : List.of();
    }

    private Map<String, ?> removal(String key) {
        return TrialPolicy.remove(policy.isGrant(key) ? "grants" : "blocks", key);
    }

    /** A change with nothing wrong: grants of either family, of identities, blocks, tiers, ends. */
    List<Map<String, ?>> cleanChange() {
        List<Map<String, ?>> operations = new ArrayList<>();
        operations.add(
                switch (random.nextInt(6)) {
                    case 0 ->
                            openingTo(
                                    of(TrialPolicy.LAYERED),
                                    addresses.provable(),
                                    List.of(TrialPolicy.anyAccount(random)));
                    case 1 -> blocking(Map.of("addresses", List.of(hallAddress().toString())));
                    case 2 ->
                            TrialPolicy.put(
                                    "grants",
                                    TrialPolicy.grant(
                                            key(),
                                            List.of(
                                                    addresses.ipv4().toString(),
                                                    addresses.ipv6().toString()),
                                            tier(),
                                            null));
                    default -> opening(of(TrialPolicy.SERVERS), addresses.any(), tier());
                });
        operations.addAll(beside());
        return operations;
    }

    /** An address that the base policy allows and a block can close. */
    Address hallAddress() {
        return Address.parse(
                "10.23." + TrialPolicy.hall(random) + "." + (20 + random.nextInt(200)));
    }
}
