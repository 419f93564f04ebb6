package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Decision;
import io.postern.policy.Passage;
import io.postern.policy.PassageDifference;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fidelity of a server: what it lets through compared with the policy. Let through is the highest
 * over its ways in, of the lowest over the layers of each (network layer AND connector).
 */
public final class ServerFidelity {
    private final Policy policy;
    private final Server server;
    private final ServerPaths paths;
    private final List<Unsupported> unsupported;
    private final ServerPassages passages;

    private ServerFidelity(
            Policy policy,
            Server server,
            ServerPaths paths,
            List<Unsupported> unsupported,
            Map<String, List<Passage>> fronts) {
        this.policy = policy;
        this.server = server;
        this.paths = paths;
        this.unsupported = unsupported;
        this.passages = new ServerPassages(policy, server, paths, fronts);
    }

    /**
     * The difference at an instant, where of no source that hides its clients it is known who
     * reaches it.
     *
     * @param server as below
     * @param unsupported as below
     */
    public static Fidelity of(
            Policy policy,
            Server server,
            ServerPaths paths,
            List<Unsupported> unsupported,
            Instant at) {
        return of(policy, server, paths, unsupported, Map.of(), at);
    }

    /**
     * The difference at an instant.
     *
     * @param server one of the policy's
     * @param unsupported what the compilers said of this server; their remedies are named where
     *     they fit
     * @param fronts what gets through to a protected source that hides its clients, by its name:
     *     the front cannot tell the back who they are, so they get there what the source gets, as
     *     far as the front takes them; of a source that is not named, everybody reaches it
     */
    public static Fidelity of(
            Policy policy,
            Server server,
            ServerPaths paths,
            List<Unsupported> unsupported,
            Map<String, List<Passage>> fronts,
            Instant at) {
        ServerFidelity fidelity = new ServerFidelity(policy, server, paths, unsupported, fronts);
        List<Fidelity.Found> found = new ArrayList<>();
        for (Region region :
                PassageDifference.regions(policy, server.name(), fidelity.passages.all(), at)) {
            for (Region part : fidelity.byLayer(region)) {
                found.add(fidelity.explained(part));
            }
        }
        return new Fidelity(found, fidelity.unknowns());
    }

    /**
     * What gets through to the SMTP server from the clients themselves, whatever the policy.
     *
     * @param server one of the policy's
     */
    public static List<Passage> direct(Policy policy, Server server, ServerPaths paths) {
        return new ServerPassages(policy, server, paths, Map.of()).direct();
    }

    /**
     * Cut where another layer is to blame: what is closed may be closed by either. For identities
     * it is the network layer, which alone sees them: the connectors follow it.
     */
    private List<Region> byLayer(Region region) {
        if (paths.networks().isEmpty() || region.after() != Tier.NONE || isByIdentity(region)) {
            return List.of(region);
        }
        int port = region.ports().get(0);
        List<Region> parts = new ArrayList<>(cut(region, passages.taken(port)));
        for (int i = 0; i < paths.networks().size() - 1; i++) {
            AddressSet passing = passing(paths.networks().get(i), port);
            List<Region> finer = new ArrayList<>();
            for (Region part : parts) {
                boolean isBehind = passages.taken(port).contains(part.witness().address());
                finer.addAll(isBehind ? cut(part, passing) : List.of(part));
            }
            parts = finer;
        }
        return parts;
    }

    private static AddressSet passing(NetworkLayer network, int port) {
        List<AddressRange> ranges = new ArrayList<>();
        network.openings(port).forEach(opening -> ranges.addAll(opening.addresses().ranges()));
        return AddressSet.of(ranges);
    }

    private List<Region> cut(Region region, AddressSet by) {
        List<Region> parts = new ArrayList<>();
        for (AddressSet part :
                List.of(region.addresses().intersect(by), region.addresses().subtract(by))) {
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
        if (isOver && by.startsWith(ServerPassages.FORWARDED)) {
            String name = by.substring(ServerPassages.FORWARDED.length());
            return new Fidelity.Found(
                    region,
                    "forwarding",
                    "let '"
                            + name
                            + "' pass its clients' addresses on, or see to who may reach it"
                            + (passages.isFrontKnown(name)
                                    ? " (it takes these, and cannot say here who they are)"
                                    : "")
                            + "; accept the region by name if that is meant");
        }
        ServerPassages.Way through = isOver ? passages.way(by) : null;
        if (isOver && through == null) {
            return new Fidelity.Found(
                    region, by.substring(0, by.indexOf(':')), otherRemedy(region, by));
        }
        if (isOver
                && paths.isOpenToEveryDomain()
                && region.after() == Tier.RELAY
                && through.connector() != null
                && ConnectorSelection.tierOf(through.connector()) != Tier.RELAY) {
            return new Fidelity.Found(region, "accepted-domain", "remove the accepted domain '*'");
        }
        boolean isNetwork =
                !paths.networks().isEmpty()
                        && (isOver
                                ? region.before() == Tier.NONE
                                : region.after() == Tier.NONE
                                        && (isByIdentity(region)
                                                || passages.taken(region.ports().get(0))
                                                        .contains(region.witness().address())));
        return isNetwork
                ? new Fidelity.Found(
                        region, networkKind(region, isOver), networkRemedy(region, through))
                : new Fidelity.Found(
                        region,
                        paths.smtp() == null ? "exchange" : paths.smtp().kind(),
                        remedy(region, isOver, through));
    }

    /** Of what lets through all of them, of what does not the first on the way that does not. */
    private String networkKind(Region region, boolean isOver) {
        List<String> kinds = paths.networks().stream().map(NetworkLayer::kind).distinct().toList();
        if (isOver || isByIdentity(region)) {
            return isOver ? String.join(", ", kinds) : identityKind();
        }
        Address client = region.witness().address();
        return paths.networks().stream()
                .filter(one -> !passing(one, region.ports().get(0)).contains(client))
                .findFirst()
                .map(NetworkLayer::kind)
                .orElseGet(this::identityKind);
    }

    /** What sees identities stands last, on the server itself. */
    private String identityKind() {
        return paths.networks().get(paths.networks().size() - 1).kind();
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

    private String networkRemedy(Region region, ServerPassages.Way through) {
        return unsupportedRemedy(region)
                .orElse(
                        through == null
                                ? "apply the firewall rules compiled from the policy"
                                : "apply the firewall rules compiled from the policy and see to '"
                                        + through.rule()
                                        + "', or adopt it by a grant");
    }

    private String remedy(Region region, boolean isOver, ServerPassages.Way through) {
        Optional<String> known = unsupportedRemedy(region);
        if (known.isPresent()) {
            return known.get();
        }
        if (paths.smtp() != null) {
            return "apply what is compiled for "
                    + paths.smtp().kind()
                    + " from the policy"
                    + (isOver ? ", or adopt what it lets through by a grant" : "");
        }
        // What others open stays open whoever proves himself.
        boolean isOthers = isOver && !through.connector().managed();
        boolean isByIdentity = isByIdentity(region);
        if (isByIdentity && !isOthers && paths.networks().isEmpty()) {
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
        passages.unknown()
                .forEach(
                        (connector, ranges) -> {
                            AddressSet addresses = AddressSet.of(ranges);
                            Tier counted = passages.effective(ConnectorSelection.tierOf(connector));
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
        server.ports().stream()
                .distinct()
                .sorted()
                .flatMap(this::unknowns)
                .distinct()
                .forEach(unknowns::add);
        return unknowns;
    }

    private Stream<String> unknowns(int port) {
        Stream<String> ofNetworks =
                paths.networks().stream().flatMap(one -> one.unknowns(port).stream());
        return paths.smtp() == null
                ? ofNetworks
                : Stream.concat(ofNetworks, paths.smtp().unknowns(port).stream());
    }
}
