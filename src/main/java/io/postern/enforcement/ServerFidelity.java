package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Decision;
import io.postern.policy.Passage;
import io.postern.policy.PassageDifference;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fidelity of a server: what it lets through compared with the policy. Let through is the highest
 * over its ways in, of the lowest over the layers of each (network layer AND connector).
 */
public final class ServerFidelity {
    private static final String FORWARDED = "forwarded:";

    private final Policy policy;
    private final Server server;
    private final ServerPaths paths;
    private final List<Unsupported> unsupported;

    /** What a passage is made of; a part is null where the passage has no such layer. */
    private record Layers(ReceiveConnector connector, String rule) {}

    private final Map<String, Layers> layers = new HashMap<>();

    /** Who reaches a connector that takes him, by port. */
    private final Map<Integer, AddressSet> taken = new HashMap<>();

    /** Where a right that was not read could give more than is counted. */
    private final Map<ReceiveConnector, List<AddressRange>> unknown = new LinkedHashMap<>();

    private ServerFidelity(
            Policy policy, Server server, ServerPaths paths, List<Unsupported> unsupported) {
        this.policy = policy;
        this.server = server;
        this.paths = paths;
        this.unsupported = unsupported;
    }

    /**
     * The difference at an instant.
     *
     * @param server one of the policy's
     * @param unsupported what the compilers said of this server; their remedies are named where
     *     they fit
     */
    public static Fidelity of(
            Policy policy,
            Server server,
            ServerPaths paths,
            List<Unsupported> unsupported,
            Instant at) {
        ServerFidelity fidelity = new ServerFidelity(policy, server, paths, unsupported);
        List<Passage> passages = fidelity.passages();
        List<Fidelity.Found> found = new ArrayList<>();
        for (Region region : PassageDifference.regions(policy, server.name(), passages, at)) {
            for (Region part : fidelity.byLayer(region)) {
                found.add(fidelity.explained(part));
            }
        }
        return new Fidelity(found, fidelity.unknowns());
    }

    /** What is let through on the policy's ports, by whatever way. */
    private List<Passage> passages() {
        List<Passage> passages = new ArrayList<>(paths.others());
        for (int port : server.ports().stream().distinct().sorted().toList()) {
            List<Passage> direct = behindNetwork(port, direct(port));
            passages.addAll(direct);
            for (ProtectedSource source : policy.protectedSources()) {
                if (source.forwards()) {
                    forwarded(source, port, direct).ifPresent(passages::add);
                }
            }
        }
        return passages;
    }

    private List<Passage> direct(int port) {
        Map<ReceiveConnector, Map<Tier, List<AddressRange>>> byConnector = new LinkedHashMap<>();
        List<AddressRange> all = new ArrayList<>();
        for (Address listener : Listeners.addresses(paths.connectors(), port)) {
            for (ConnectorPartition.Part part :
                    ConnectorPartition.of(paths.connectors(), listener, port)) {
                if (part.tier() != Tier.NONE) {
                    byConnector
                            .computeIfAbsent(part.connector(), any -> new EnumMap<>(Tier.class))
                            .computeIfAbsent(effective(part.tier()), any -> new ArrayList<>())
                            .add(part.range());
                    all.add(part.range());
                }
                if (!part.bounds().isKnown()) {
                    unknown.computeIfAbsent(part.connector(), any -> new ArrayList<>())
                            .add(part.range());
                }
            }
        }
        taken.put(port, AddressSet.of(all));
        List<Passage> passages = new ArrayList<>();
        byConnector.forEach(
                (connector, byTier) -> {
                    layers.put(connector.name(), new Layers(connector, null));
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

    /** Of what the connectors let through, what reaches them. */
    private List<Passage> behindNetwork(int port, List<Passage> direct) {
        if (paths.network() == null) {
            return direct;
        }
        List<Passage> reached = new ArrayList<>();
        for (NetworkLayer.Opening opening : paths.network().openings(port)) {
            for (Passage passage : direct) {
                AddressSet both = passage.addresses().intersect(opening.addresses());
                if (!both.isEmpty()) {
                    String key = passage.key() + " behind " + opening.rule();
                    ReceiveConnector connector = layers.get(passage.key()).connector();
                    layers.put(key, new Layers(connector, opening.rule()));
                    reached.add(
                            new Passage(
                                    key,
                                    port,
                                    passage.tier(),
                                    both,
                                    opening.accounts(),
                                    opening.computers()));
                }
            }
        }
        return reached;
    }

    private Tier effective(Tier tier) {
        return paths.isOpenToEveryDomain() && tier == Tier.INTERNAL ? Tier.RELAY : tier;
    }

    /** Whoever reaches a source that hides its clients gets what the source gets. */
    private static Optional<Passage> forwarded(
            ProtectedSource source, int port, List<Passage> direct) {
        return direct.stream()
                .filter(
                        passage ->
                                !passage.addresses().intersect(source.addresses().set()).isEmpty())
                .map(Passage::tier)
                .max(Tier::compareTo)
                .map(tier -> Passage.of(FORWARDED + source.name(), port, tier, AddressSet.ALL));
    }

    /**
     * Cut where another layer is to blame: what is closed may be closed by either. For identities
     * it is the network layer, which alone sees them: the connectors follow it.
     */
    private List<Region> byLayer(Region region) {
        if (paths.network() == null || region.after() != Tier.NONE || isByIdentity(region)) {
            return List.of(region);
        }
        AddressSet reaching = taken.get(region.ports().get(0));
        List<Region> parts = new ArrayList<>();
        for (AddressSet part :
                List.of(
                        region.addresses().intersect(reaching),
                        region.addresses().subtract(reaching))) {
            if (part.equals(region.addresses())) {
                return List.of(region);
            }
            if (!part.isEmpty()) {
                parts.add(part(region, part));
            }
        }
        return parts;
    }

    private Region part(Region region, AddressSet addresses) {
        Submission was = region.witness();
        if (addresses.contains(was.address())) {
            return region.within(addresses, was, region.because());
        }
        Submission witness =
                new Submission(
                        addresses.ranges().get(0).low(),
                        was.account(),
                        was.computer(),
                        was.server(),
                        was.port(),
                        was.at());
        Decision decision = new PolicyEvaluator(policy).decide(witness);
        return region.within(
                addresses, witness, new Region.Because(decision.grant(), region.because().after()));
    }

    private Fidelity.Found explained(Region region) {
        String by = region.because().after();
        boolean isOver = region.before().compareTo(region.after()) < 0;
        if (isOver && by.startsWith(FORWARDED)) {
            String name = by.substring(FORWARDED.length());
            return new Fidelity.Found(
                    region,
                    "forwarding",
                    "let '"
                            + name
                            + "' pass its clients' addresses on, or see to who may reach it;"
                            + " accept the region by name if that is meant");
        }
        Layers through = isOver ? layers.get(by) : null;
        if (isOver && through == null) {
            return new Fidelity.Found(
                    region, by.substring(0, by.indexOf(':')), otherRemedy(region, by));
        }
        if (isOver
                && paths.isOpenToEveryDomain()
                && region.after() == Tier.RELAY
                && ConnectorSelection.tierOf(through.connector()) != Tier.RELAY) {
            return new Fidelity.Found(region, "accepted-domain", "remove the accepted domain '*'");
        }
        boolean isNetwork =
                paths.network() != null
                        && (isOver
                                ? region.before() == Tier.NONE
                                : region.after() == Tier.NONE
                                        && (isByIdentity(region)
                                                || taken.get(region.ports().get(0))
                                                        .contains(region.witness().address())));
        return isNetwork
                ? new Fidelity.Found(region, paths.network().kind(), networkRemedy(region, through))
                : new Fidelity.Found(region, "exchange", remedy(region, isOver, through));
    }

    private static boolean isByIdentity(Region region) {
        return !region.accounts().equals(List.of("*")) || !region.computers().equals(List.of("*"));
    }

    private Optional<String> unsupportedRemedy(Region region) {
        return unsupported.stream()
                .filter(one -> one.entry().equals(region.because().before()))
                .map(Unsupported::remedy)
                .findFirst();
    }

    private String otherRemedy(Region region, String by) {
        return unsupportedRemedy(region)
                .orElse("take the right away, or adopt '" + by + "' by a grant");
    }

    private String networkRemedy(Region region, Layers through) {
        return unsupportedRemedy(region)
                .orElse(
                        through == null
                                ? "apply the firewall rules compiled from the policy"
                                : "apply the firewall rules compiled from the policy and see to '"
                                        + through.rule()
                                        + "', or adopt it by a grant");
    }

    private String remedy(Region region, boolean isOver, Layers through) {
        Optional<String> known = unsupportedRemedy(region);
        if (known.isPresent()) {
            return known.get();
        }
        // What others open stays open whoever proves himself.
        boolean isOthers = isOver && !through.connector().managed();
        boolean isByIdentity = isByIdentity(region);
        if (isByIdentity && !isOthers && paths.network() == null) {
            return "give "
                    + server.name()
                    + " an enforcement point that proves identity: a connector sees none";
        }
        if (isByIdentity && isOver && !isOthers) {
            return "give these the addresses or the tier that others have here: a connector gives"
                    + " all who reach it from an address the same tier";
        }
        if (isOver) {
            return isOthers
                    ? "apply the connectors compiled from the policy, or adopt '"
                            + through.connector().name()
                            + "' by a grant"
                    : "apply the connectors compiled from the policy";
        }
        int port = region.ports().get(0);
        Address client = region.witness().address();
        boolean isServed =
                Listeners.addresses(paths.connectors(), port).stream()
                        .anyMatch(local -> local.family() == client.family());
        return isServed
                ? "apply the connectors compiled from the policy"
                : "bind a connector to port " + port + " in the family of " + client;
    }

    private List<String> unknowns() {
        List<String> unknowns = new ArrayList<>();
        unknown.forEach(
                (connector, ranges) -> {
                    AddressSet addresses = AddressSet.of(ranges);
                    Tier counted = effective(ConnectorSelection.tierOf(connector));
                    if (counted == TierBounds.of(connector).atMost()) {
                        return;
                    }
                    unknowns.add(
                            "Whether connector '"
                                    + connector.name()
                                    + "' lets anonymous clients relay is not known (its permissions"
                                    + " were not read); it counts as "
                                    + counted.word()
                                    + " for "
                                    + addresses.ranges().get(0)
                                    + (addresses.ranges().size() == 1
                                            ? ""
                                            : " and "
                                                    + (addresses.ranges().size() - 1)
                                                    + " more ranges")
                                    + ".");
                });
        if (paths.network() != null) {
            server.ports().stream()
                    .distinct()
                    .sorted()
                    .flatMap(port -> paths.network().unknowns(port).stream())
                    .distinct()
                    .forEach(unknowns::add);
        }
        return unknowns;
    }
}
