package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.PassageDifference;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fidelity of the SMTP layer alone: what the receive connectors of a server let through, whatever
 * local address a client connects to, compared with the policy.
 */
public final class ExchangeFidelity {
    private static final String FORWARDED = "forwarded:";

    private final Policy policy;
    private final Server server;
    private final List<ReceiveConnector> connectors;
    private final boolean isOpenToEveryDomain;

    /** Where a right that was not read could give more than is counted. */
    private final Map<ReceiveConnector, List<AddressRange>> unknown = new LinkedHashMap<>();

    private ExchangeFidelity(
            Policy policy,
            Server server,
            List<ReceiveConnector> connectors,
            boolean isOpenToEveryDomain) {
        this.policy = policy;
        this.server = server;
        this.connectors = connectors;
        this.isOpenToEveryDomain = isOpenToEveryDomain;
    }

    /**
     * The difference at an instant.
     *
     * @param server one of the policy's
     * @param connectors all that the server has
     * @param isOpenToEveryDomain whether an accepted domain {@code *} makes every recipient an own
     *     one, so that INTERNAL is RELAY
     * @param unsupported what the compiler said of this server; its remedies are named where they
     *     fit
     */
    public static Fidelity of(
            Policy policy,
            Server server,
            List<ReceiveConnector> connectors,
            boolean isOpenToEveryDomain,
            List<Unsupported> unsupported,
            Instant at) {
        ExchangeFidelity fidelity =
                new ExchangeFidelity(policy, server, connectors, isOpenToEveryDomain);
        List<Passage> passages = fidelity.passages();
        List<Fidelity.Found> found = new ArrayList<>();
        for (Region region : PassageDifference.regions(policy, server.name(), passages, at)) {
            found.add(fidelity.explained(region, unsupported));
        }
        return new Fidelity(found, fidelity.unknowns());
    }

    /** What the connectors let through on the policy's ports, forwarding sources included. */
    private List<Passage> passages() {
        List<Passage> passages = new ArrayList<>();
        for (int port : server.ports().stream().distinct().sorted().toList()) {
            List<Passage> direct = direct(port);
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
        Map<String, Map<Tier, List<AddressRange>>> taken = new LinkedHashMap<>();
        for (Address listener : Listeners.addresses(connectors, port)) {
            for (ConnectorPartition.Part part : ConnectorPartition.of(connectors, listener, port)) {
                if (part.tier() != Tier.NONE) {
                    taken.computeIfAbsent(part.connector().name(), any -> new EnumMap<>(Tier.class))
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
        taken.forEach(
                (name, byTier) ->
                        byTier.forEach(
                                (tier, ranges) ->
                                        passages.add(
                                                Passage.of(
                                                        name, port, tier, AddressSet.of(ranges)))));
        return passages;
    }

    private Tier effective(Tier tier) {
        return isOpenToEveryDomain && tier == Tier.INTERNAL ? Tier.RELAY : tier;
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

    private Fidelity.Found explained(Region region, List<Unsupported> unsupported) {
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
        if (isOver && isOpenToEveryDomain && region.after() == Tier.RELAY && !isRelay(by)) {
            return new Fidelity.Found(region, "accepted-domain", "remove the accepted domain '*'");
        }
        return new Fidelity.Found(region, "exchange", remedy(region, isOver, unsupported));
    }

    private boolean isRelay(String name) {
        return connectors.stream()
                .anyMatch(
                        one ->
                                one.name().equals(name)
                                        && ConnectorSelection.tierOf(one) == Tier.RELAY);
    }

    private String remedy(Region region, boolean isOver, List<Unsupported> unsupported) {
        for (Unsupported one : unsupported) {
            if (one.entry().equals(region.because().before())) {
                return one.remedy();
            }
        }
        boolean isByIdentity =
                !region.accounts().equals(List.of("*")) || !region.computers().equals(List.of("*"));
        // What others open stays open whoever proves himself.
        if (isByIdentity && !(isOver && !isManaged(region.because().after()))) {
            return "give "
                    + server.name()
                    + " an enforcement point that proves identity: a connector sees none";
        }
        if (isOver) {
            return isManaged(region.because().after())
                    ? "apply the connectors compiled from the policy"
                    : "apply the connectors compiled from the policy, or adopt '"
                            + region.because().after()
                            + "' by a grant";
        }
        int port = region.ports().get(0);
        Address client = region.witness().address();
        boolean isServed =
                Listeners.addresses(connectors, port).stream()
                        .anyMatch(local -> local.family() == client.family());
        return isServed
                ? "apply the connectors compiled from the policy"
                : "bind a connector to port " + port + " in the family of " + client;
    }

    private boolean isManaged(String name) {
        return connectors.stream().anyMatch(one -> one.managed() && one.name().equals(name));
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
        return unknowns;
    }
}
