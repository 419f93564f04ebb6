package io.postern.enforcement;

import static io.postern.enforcement.AssessmentFinding.Severity.HIGH;
import static io.postern.enforcement.AssessmentFinding.Severity.LOW;
import static io.postern.enforcement.AssessmentFinding.Severity.MEDIUM;

import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.enforcement.ConnectorPartition.Part;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an assessment looks for, server by server. */
final class AssessmentRules {
    private static final int FEW_V4 = 16;
    private static final int FEW_V6 = 64;
    private static final AddressSet PRIVATE =
            AddressSet.parse(
                    "10.0.0.0/8",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "::1",
                    "fc00::/7",
                    "fe80::/10");

    private final ObservedExchange observed;
    private final List<Exposure> exposures;
    private final List<AssessmentFinding> found = new ArrayList<>();

    private AssessmentRules(ObservedExchange observed, List<Exposure> exposures) {
        this.observed = observed;
        this.exposures = exposures;
    }

    static List<AssessmentFinding> findings(
            ObservedExchange observed, List<Exposure> exposures, FirstPolicy policy) {
        AssessmentRules rules = new AssessmentRules(observed, exposures);
        rules.acceptedDomains();
        for (String server : observed.servers()) {
            List<ReceiveConnector> connectors = observed.connectorsOf(server);
            rules.everyone(server);
            rules.reach(server);
            rules.conflicts(server, connectors);
            Set<String> takers = rules.takers(server);
            connectors.forEach(one -> rules.connector(server, one, takers));
        }
        rules.found.addAll(policy.findings());
        rules.found.sort(Comparator.comparing(AssessmentFinding::severity));
        return rules.found;
    }

    private void add(
            Severity severity,
            String rule,
            String server,
            String connector,
            AddressSet addresses,
            String message,
            String remedy) {
        found.add(
                new AssessmentFinding(
                        severity, rule, server, connector, addresses.texts(), message, remedy));
    }

    private void add(
            Severity severity,
            String rule,
            String server,
            ReceiveConnector connector,
            String message,
            String remedy) {
        add(severity, rule, server, connector.name(), AddressSet.EMPTY, message, remedy);
    }

    private void acceptedDomains() {
        if (observed.acceptedDomains() == null) {
            add(
                    LOW,
                    "accepted-domains-unknown",
                    null,
                    null,
                    AddressSet.EMPTY,
                    "the accepted domains were not exported; one of them could be '*', which is an"
                            + " open relay whatever the connectors say",
                    "export Get-AcceptedDomain and assess again");
            return;
        }
        for (AcceptedDomain domain : observed.acceptedDomains()) {
            if (domain.isEveryDomain()) {
                add(
                        HIGH,
                        "accepted-domain-every",
                        null,
                        null,
                        AddressSet.EMPTY,
                        "accepted domain '"
                                + domain.name()
                                + "' is '*': every domain counts as"
                                + " your own, so whoever may submit may send to anyone",
                        "remove it with Remove-AcceptedDomain and list your domains one by one");
            } else if (domain.isWholeTopLevel()) {
                add(
                        HIGH,
                        "accepted-domain-wide",
                        null,
                        null,
                        AddressSet.EMPTY,
                        "accepted domain '"
                                + domain.name()
                                + "' is '"
                                + domain.domain()
                                + "': a whole top-level domain counts as your own, so whoever may"
                                + " submit may send to anyone in it",
                        "remove it and list your own domains");
            }
        }
    }

    private void everyone(String server) {
        for (Exposure exposure : exposures) {
            if (exposure.server().equals(server) && Assessment.isMost(exposure, Tier.INTERNAL)) {
                AddressFamily family = exposure.listener().address().family();
                boolean six = family == AddressFamily.IPV6;
                boolean far = Assessment.isMost(exposure, Tier.RELAY);
                add(
                        far ? HIGH : MEDIUM,
                        six ? "ipv6-wide-open" : "anonymous-from-everywhere",
                        server,
                        null,
                        exposure.reaching(far ? Tier.RELAY : Tier.INTERNAL),
                        "anyone with an "
                                + Listeners.name(family)
                                + " address who reaches "
                                + exposure.listener()
                                + " can send to "
                                + (far ? "anyone in the world" : "your own domains")
                                + " without signing in"
                                + (six ? "; rules made for IPv4 do not stop them" : ""),
                        six
                                ? "close the IPv6 range too, or take the IPv6 binding away"
                                : "grant only who needs it and close the rest; keep gateways and"
                                        + " other Exchange servers");
            }
        }
    }

    /** Relay and externally secured ranges, once for each connector. */
    private void reach(String server) {
        Map<ReceiveConnector, AddressSet> reached = new IdentityHashMap<>();
        List<ReceiveConnector> order = new ArrayList<>();
        for (Exposure exposure : exposures) {
            if (exposure.server().equals(server)) {
                for (Exposure.Share share : exposure.shares()) {
                    if (share.bounds().atLeast().compareTo(Tier.RELAY) >= 0) {
                        if (!reached.containsKey(share.connector())) {
                            order.add(share.connector());
                        }
                        reached.merge(share.connector(), share.addresses(), AddressSet::union);
                    }
                }
            }
        }
        order.forEach(one -> reach(server, one, reached.get(one)));
    }

    private void reach(String server, ReceiveConnector connector, AddressSet addresses) {
        boolean trusted = ConnectorSelection.tierOf(connector) == Tier.TRUSTED;
        boolean wide = addresses.ranges().stream().anyMatch(AssessmentRules::isWide);
        AddressSet outside = addresses.subtract(PRIVATE);
        String widest =
                addresses.ranges().stream()
                        .max(Comparator.comparing(AddressRange::count))
                        .orElseThrow()
                        .toString();
        add(
                trusted || wide || !outside.isEmpty() ? HIGH : MEDIUM,
                trusted ? "externally-secured" : "relay-open",
                server,
                connector.name(),
                addresses,
                (trusted ? "it treats " : "it lets ")
                        + AddressCount.of(addresses.count())
                        + (trusted
                                ? " as authenticated Exchange servers: they may send to anyone as"
                                        + " anyone, past every filter"
                                : " send to anyone in the world without signing in")
                        + "; the widest range is "
                        + widest
                        + (outside.isEmpty() ? "" : ", and public addresses are among them"),
                trusted
                        ? "use the relay right instead, for single addresses; keep"
                                + " ExternalAuthoritative for partners that need it"
                        : "narrow it to the machines that send; single addresses are best");
    }

    private static boolean isWide(AddressRange range) {
        int few = range.family() == AddressFamily.IPV4 ? FEW_V4 : FEW_V6;
        return range.count().compareTo(BigInteger.ONE.shiftLeft(few)) >= 0;
    }

    /** The connectors that take anybody at all. */
    private Set<String> takers(String server) {
        Set<String> takers = new HashSet<>();
        for (Exposure exposure : exposures) {
            for (Part part :
                    exposure.server().equals(server) ? exposure.parts() : List.<Part>of()) {
                if (part.connector() != null) {
                    takers.add(part.connector().name());
                }
            }
        }
        return takers;
    }

    private void conflicts(String server, List<ReceiveConnector> connectors) {
        for (String conflict : ConnectorConflicts.of(connectors)) {
            add(
                    MEDIUM,
                    "conflicting-connectors",
                    server,
                    null,
                    AddressSet.EMPTY,
                    conflict + "; Exchange refuses such a state, and what it does in it is open",
                    "give each range to one connector");
        }
    }

    private void connector(String server, ReceiveConnector connector, Set<String> takers) {
        if (!connector.enabled()) {
            disabled(server, connector);
            return;
        }
        TierBounds bounds = TierBounds.of(connector);
        rights(server, connector, bounds);
        boolean on25 = connector.bindings().stream().anyMatch(binding -> binding.port() == 25);
        if (on25 && connector.transportRole() == TransportRole.HUB_TRANSPORT) {
            add(
                    HIGH,
                    "hub-role-on-25",
                    server,
                    connector,
                    "it has the role HubTransport on port 25, where it fights with the front end:"
                            + " clients see 421 4.3.2 now and then",
                    "make it again with -TransportRole FrontendTransport");
        }
        if (!connector.verboseLogging() && bounds.atMost() != Tier.NONE) {
            add(
                    MEDIUM,
                    "logging-off",
                    server,
                    connector,
                    "its protocol log is off, so nobody can tell who uses it",
                    "Set-ReceiveConnector -ProtocolLoggingLevel Verbose");
        }
        if (!takers.contains(connector.name())) {
            add(
                    LOW,
                    "shadowed",
                    server,
                    connector,
                    "it takes nobody: other connectors hold all of its ranges more narrowly or"
                            + " come first",
                    "remove it, or the ones in front of it");
        }
        signIns(server, connector, bounds);
    }

    private void rights(String server, ReceiveConnector connector, TierBounds bounds) {
        if (!bounds.isKnown()) {
            add(
                    MEDIUM,
                    "relay-unknown",
                    server,
                    connector,
                    "whether its anonymous clients may relay is unknown: its permissions were not"
                            + " exported or cannot be read",
                    "export Get-ADPermission of every connector and assess again");
        }
        if (connector.permissionGroups().contains(PermissionGroup.CUSTOM)) {
            add(
                    MEDIUM,
                    "custom-rights",
                    server,
                    connector,
                    "PermissionGroups shows Custom: somebody gave or took single rights",
                    "look at them with Get-ADPermission and write down why");
        }
        if (connector.externallySecured() && connector.anonymous()) {
            add(
                    HIGH,
                    "relay-methods-mixed",
                    server,
                    connector,
                    "it is open to anonymous clients and externally secured at once; then everyone"
                            + " it takes counts as authenticated",
                    "make two connectors of it, each with one method");
        }
    }

    private void signIns(String server, ReceiveConnector connector, TierBounds bounds) {
        Set<AuthMechanism> mechanisms = connector.authMechanism();
        if (mechanisms.contains(AuthMechanism.BASIC_AUTH)
                && !mechanisms.contains(AuthMechanism.BASIC_AUTH_REQUIRE_TLS)) {
            add(
                    MEDIUM,
                    "password-in-clear",
                    server,
                    connector,
                    "it takes passwords without TLS",
                    "add BasicAuthRequireTLS to AuthMechanism");
        }
        ObservedConnector whole = observed(server, connector);
        if ("true".equalsIgnoreCase(whole.otherProperties().get("RequireTLS"))) {
            boolean offered = mechanisms.contains(AuthMechanism.TLS);
            if (!offered || bounds.atMost() != Tier.NONE) {
                add(
                        offered ? LOW : MEDIUM,
                        "require-tls",
                        server,
                        connector,
                        "RequireTLS is on"
                                + (offered
                                        ? ": a device that cannot do TLS gets 451 5.7.3 at MAIL"
                                        : ", but AuthMechanism offers no Tls, so nobody gets in"),
                        offered
                                ? "check that every sender on it does TLS"
                                : "add Tls to AuthMechanism, or turn RequireTLS off");
            }
        }
    }

    private ObservedConnector observed(String server, ReceiveConnector connector) {
        return observed.connectors().stream()
                .filter(one -> one.server().equalsIgnoreCase(server))
                .filter(one -> one.connector().name().equals(connector.name()))
                .findFirst()
                .orElseThrow();
    }

    /** A disabled connector blocks nobody: its clients fall to the next wider one. */
    private void disabled(String server, ReceiveConnector connector) {
        Set<String> takers = new LinkedHashSet<>();
        AddressSet ranges = AddressSet.of(connector.remoteIpRanges());
        for (Exposure exposure : exposures) {
            boolean same =
                    exposure.server().equals(server)
                            && connector.bindings().stream()
                                    .anyMatch(
                                            one ->
                                                    ConnectorConflicts.overlap(
                                                            one, exposure.listener()));
            for (ConnectorPartition.Part part :
                    same ? exposure.parts() : List.<ConnectorPartition.Part>of()) {
                if (part.bounds().atMost() != Tier.NONE && ranges.overlaps(part.range())) {
                    takers.add("'" + part.connector().name() + "'");
                }
            }
        }
        if (!takers.isEmpty()) {
            add(
                    LOW,
                    "disabled-falls-through",
                    server,
                    connector,
                    "it is disabled, which blocks nobody: its clients are taken by "
                            + String.join(", ", takers),
                    "remove it, or enable it if its clients need it");
        }
    }
}
