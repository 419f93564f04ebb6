package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the ways into a server let through together, and by which way each passage leads. */
final class ServerPassages {
    /** Begins the key of what a source that hides its clients hands on. */
    static final String FORWARDED = "forwarded:";

    /**
     * What a passage is made of.
     *
     * @param connector null = something else takes the mail
     * @param rule what lets it through to there, outermost first; null = nothing need
     */
    record Way(ReceiveConnector connector, String rule) {}

    private final Policy policy;
    private final Server server;
    private final ServerPaths paths;
    private final Map<String, List<Passage>> fronts;
    private final Map<String, Way> ways = new HashMap<>();

    /** Who reaches a connector that takes him, by port. */
    private final Map<Integer, AddressSet> taken = new HashMap<>();

    /** Where a right that was not read could give more than is counted. */
    private final Map<ReceiveConnector, List<AddressRange>> unknown = new LinkedHashMap<>();

    /**
     * @param fronts as in {@link ServerFidelity#of}
     */
    ServerPassages(
            Policy policy, Server server, ServerPaths paths, Map<String, List<Passage>> fronts) {
        this.policy = policy;
        this.server = server;
        this.paths = paths;
        this.fronts = fronts;
    }

    /** From the clients themselves, whatever the policy. */
    List<Passage> direct() {
        return server.ports().stream()
                .distinct()
                .sorted()
                .flatMap(port -> behindNetworks(port, direct(port)).stream())
                .toList();
    }

    /** What is let through on the policy's ports, by whatever way. */
    List<Passage> all() {
        List<Passage> passages = new ArrayList<>(paths.others());
        for (int port : server.ports().stream().distinct().sorted().toList()) {
            List<Passage> direct = behindNetworks(port, direct(port));
            passages.addAll(direct);
            for (ProtectedSource source : policy.protectedSources()) {
                if (source.forwards() && !isItself(source)) {
                    passages.addAll(forwarded(source, port, direct));
                }
            }
        }
        return passages;
    }

    /** What a server takes is not handed on to itself. */
    private boolean isItself(ProtectedSource source) {
        return source.addresses().set().subtract(server.addresses()).isEmpty();
    }

    private List<Passage> direct(int port) {
        List<Passage> passages = paths.smtp() == null ? ofConnectors(port) : ofSmtp(port);
        List<AddressRange> all = new ArrayList<>();
        passages.forEach(passage -> all.addAll(passage.addresses().ranges()));
        taken.put(port, AddressSet.of(all));
        return passages;
    }

    private List<Passage> ofSmtp(int port) {
        List<Passage> passages = paths.smtp().passages(port);
        passages.forEach(passage -> ways.put(passage.key(), new Way(null, null)));
        return passages;
    }

    private List<Passage> ofConnectors(int port) {
        Map<ReceiveConnector, Map<Tier, List<AddressRange>>> byConnector = new LinkedHashMap<>();
        for (Address listener : Listeners.addresses(paths.connectors(), port)) {
            for (ConnectorPartition.Part part :
                    ConnectorPartition.of(paths.connectors(), listener, port)) {
                if (part.tier() != Tier.NONE) {
                    byConnector
                            .computeIfAbsent(part.connector(), any -> new EnumMap<>(Tier.class))
                            .computeIfAbsent(effective(part.tier()), any -> new ArrayList<>())
                            .add(part.range());
                }
                if (!part.bounds().isKnown()) {
                    unknown.computeIfAbsent(part.connector(), any -> new ArrayList<>())
                            .add(part.range());
                }
            }
        }
        List<Passage> passages = new ArrayList<>();
        byConnector.forEach(
                (connector, byTier) -> {
                    ways.put(connector.name(), new Way(connector, null));
                    byTier.forEach(
                            (tier, ranges) ->
                                    passages.add(
                                            Passage.of(
                                                    connector.name(),
                                                    port,
                                                    tier,
                                                    AddressSet.of(ranges))));
                });
        return passages;
    }

    /** Of what the SMTP server lets through, what reaches it. */
    private List<Passage> behindNetworks(int port, List<Passage> direct) {
        List<Passage> reached = direct;
        for (int i = paths.networks().size() - 1; i >= 0; i--) {
            reached = behind(paths.networks().get(i), port, reached);
        }
        return reached;
    }

    private List<Passage> behind(NetworkLayer network, int port, List<Passage> direct) {
        List<Passage> reached = new ArrayList<>();
        for (NetworkLayer.Opening opening : network.openings(port)) {
            for (Passage passage : direct) {
                AddressSet both = passage.addresses().intersect(opening.addresses());
                if (!both.isEmpty()) {
                    String key = passage.key() + " behind " + opening.rule();
                    Way before = ways.get(passage.key());
                    String rule =
                            before.rule() == null
                                    ? opening.rule()
                                    : opening.rule() + ", " + before.rule();
                    ways.put(key, new Way(before.connector(), rule));
                    reached.add(
                            new Passage(
                                    key,
                                    port,
                                    passage.tier(),
                                    both,
                                    both(opening.accounts(), passage.accounts()),
                                    both(opening.computers(), passage.computers())));
                }
            }
        }
        return reached;
    }

    /** At most one layer of a way sees identities. */
    private static IdentityCondition both(IdentityCondition one, IdentityCondition other) {
        return one.mustBeProven() ? one : other;
    }

    Tier effective(Tier tier) {
        return paths.isOpenToEveryDomain() && tier == Tier.INTERNAL ? Tier.RELAY : tier;
    }

    /** Whoever reaches a source that hides its clients gets what the source gets. */
    private List<Passage> forwarded(ProtectedSource source, int port, List<Passage> direct) {
        Optional<Tier> tier =
                direct.stream()
                        .filter(
                                passage ->
                                        !passage.addresses()
                                                .intersect(source.addresses().set())
                                                .isEmpty())
                        .map(Passage::tier)
                        .max(Tier::compareTo);
        if (tier.isEmpty()) {
            return List.of();
        }
        String key = FORWARDED + source.name();
        List<Passage> front = fronts.get(source.name());
        return front == null
                ? List.of(Passage.of(key, port, tier.get(), AddressSet.ALL))
                : front.stream()
                        .map(
                                taken ->
                                        new Passage(
                                                key,
                                                port,
                                                Tier.lowest(taken.tier(), tier.get()),
                                                taken.addresses(),
                                                taken.accounts(),
                                                taken.computers()))
                        .toList();
    }

    /** Whom the SMTP server takes on a port, once {@link #all} was worked out. */
    AddressSet taken(int port) {
        return taken.get(port);
    }

    /** By which way a passage of a key leads; null = around SMTP. */
    Way way(String key) {
        return ways.get(key);
    }

    /** Whether it is known who reaches a source that hides its clients. */
    boolean isFrontKnown(String source) {
        return fronts.containsKey(source);
    }

    /** Connectors that may give more than is counted, and from where. */
    Map<ReceiveConnector, List<AddressRange>> unknown() {
        return unknown;
    }
}
