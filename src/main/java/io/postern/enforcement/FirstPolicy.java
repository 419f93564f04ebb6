package io.postern.enforcement;

import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A policy file that gives every address on every port what it has today, with everything it had to
 * assume as comments. Immutable.
 *
 * @param yaml valid for {@code postern check}
 * @param assumptions what the file takes for granted or cannot say, for people
 * @param findings where it differs from today, and why
 */
public record FirstPolicy(String yaml, List<String> assumptions, List<AssessmentFinding> findings) {
    /** Ports of Exchange's own traffic and of signed-in clients; a policy cannot name them. */
    private static final Set<Integer> NOT_MANAGED = Set.of(465, 587, 717, 2525);

    private static final Pattern DOMAIN =
            Pattern.compile(
                    "(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9-]{2,63}");

    public FirstPolicy {
        assumptions = List.copyOf(assumptions);
        findings = List.copyOf(findings);
    }

    static FirstPolicy of(ObservedExchange observed, List<Exposure> exposures) {
        return new Draft(observed, exposures).policy();
    }

    /** One grant to be; the same for several servers. */
    private record Share(String name, Tier tier, AddressSet addresses, List<Integer> ports) {}

    private static final class Draft {
        private final ObservedExchange observed;
        private final List<Exposure> exposures;
        private final List<String> assumptions = new ArrayList<>();
        private final List<AssessmentFinding> findings = new ArrayList<>();
        private final Map<String, AddressSet> own = new LinkedHashMap<>();
        private final Map<String, List<Integer>> ports = new LinkedHashMap<>();
        private final Map<Share, List<String>> grants = new LinkedHashMap<>();

        Draft(ObservedExchange observed, List<Exposure> exposures) {
            this.observed = observed;
            this.exposures = exposures;
        }

        FirstPolicy policy() {
            observed.servers().forEach(this::ownAddresses);
            observed.servers().forEach(this::server);
            assumptions.add(
                    "Protected sources (other Exchange servers, Edge, gateways, load balancers,"
                            + " monitoring) are not in an export: list them before you enforce.");
            TreeSet<String> unknown = new TreeSet<>();
            for (Exposure exposure : exposures) {
                exposure.parts().stream()
                        .filter(part -> !part.bounds().isKnown())
                        .forEach(
                                part ->
                                        unknown.add(
                                                VisibleText.of(
                                                        exposure.server()
                                                                + "\\"
                                                                + part.connector().name())));
            }
            if (!unknown.isEmpty()) {
                assumptions.add(
                        "The relay right is unknown on "
                                + String.join(", ", unknown)
                                + ": this file takes the lower tier. Export Get-ADPermission and"
                                + " assess again.");
            }
            List<String> domains = domains();
            return new FirstPolicy(yaml(domains), assumptions, findings);
        }

        /** Concrete addresses it is bound to are certainly the server's own. */
        private void ownAddresses(String server) {
            TreeSet<Address> bound = new TreeSet<>();
            for (Exposure exposure : exposures) {
                if (exposure.server().equals(server)
                        && !exposure.listener().isWildcard()
                        && !ProtectedSources.LOOPBACK.contains(exposure.listener().address())) {
                    bound.add(exposure.listener().address());
                }
            }
            own.put(server, AddressSet.of(bound.stream().map(AddressRange::single).toList()));
            if (bound.isEmpty()) {
                assumptions.add(
                        "The own addresses of "
                                + VisibleText.of(server)
                                + " are not in an export: add them before you enforce.");
            }
        }

        private void server(String server) {
            List<Integer> managed = new ArrayList<>(new TreeSet<>(ports(server)));
            ports.put(server, managed.isEmpty() ? List.of(25) : managed);
            Map<Share, Set<Integer>> shares = new LinkedHashMap<>();
            for (int port : managed) {
                shares(server, port)
                        .forEach(
                                share ->
                                        shares.computeIfAbsent(share, any -> new TreeSet<>())
                                                .add(port));
            }
            shares.forEach(
                    (share, on) -> {
                        boolean all = on.size() == ports.get(server).size();
                        Share merged =
                                new Share(
                                        share.name(),
                                        share.tier(),
                                        share.addresses(),
                                        all ? List.of() : List.copyOf(on));
                        grants.computeIfAbsent(merged, any -> new ArrayList<>()).add(server);
                    });
        }

        private List<Integer> ports(String server) {
            List<Integer> managed = new ArrayList<>();
            for (Exposure exposure : exposures) {
                int port = exposure.listener().port();
                if (exposure.server().equals(server) && exposure.isOpen()) {
                    if (NOT_MANAGED.contains(port)) {
                        unmanaged(exposure);
                    } else {
                        managed.add(port);
                    }
                }
            }
            return managed;
        }

        private void unmanaged(Exposure exposure) {
            findings.add(
                    new AssessmentFinding(
                            Severity.MEDIUM,
                            "anonymous-on-other-port",
                            exposure.server(),
                            null,
                            exposure.reaching(Tier.INTERNAL).texts(),
                            "clients may submit without signing in on "
                                    + exposure.listener()
                                    + ", a port of Exchange's own traffic that no policy can hold",
                            "take AnonymousUsers off the connectors there"));
        }

        /** What each connector of a port adds; together exactly what the port gives. */
        private List<Share> shares(String server, int port) {
            List<Exposure> onPort =
                    exposures.stream()
                            .filter(one -> one.server().equals(server))
                            .filter(one -> one.listener().port() == port)
                            .toList();
            Map<Tier, AddressSet> reaching = new TreeMap<>();
            for (Tier tier : Tier.values()) {
                AddressSet union = AddressSet.EMPTY;
                for (Exposure exposure : onPort) {
                    union = union.union(exposure.reaching(tier));
                }
                reaching.put(tier, union);
            }
            Map<Tier, AddressSet> falling = new TreeMap<>();
            reaching.forEach((tier, set) -> falling.put(tier, set.complement()));
            differences(server, port, onPort, reaching);
            Map<ReceiveConnector, Share> shares = new IdentityHashMap<>();
            List<ReceiveConnector> order = new ArrayList<>();
            for (Exposure exposure : onPort) {
                for (Exposure.Share share : exposure.shares()) {
                    Tier tier = share.bounds().atLeast();
                    if (tier != Tier.NONE) {
                        String name = generic(share.connector().name(), server);
                        AddressSet set = wider(share, falling.get(tier));
                        if (!shares.containsKey(share.connector())) {
                            order.add(share.connector());
                        }
                        shares.merge(
                                share.connector(),
                                new Share(name, tier, set, List.of()),
                                (a, b) ->
                                        new Share(
                                                name,
                                                tier,
                                                a.addresses().union(b.addresses()),
                                                List.of()));
                    }
                }
            }
            return order.stream().map(shares::get).toList();
        }

        /**
         * The connector's own ranges read better, where they say nothing that is not so.
         *
         * @param falling the addresses that do not get as far
         */
        private static AddressSet wider(Exposure.Share share, AddressSet falling) {
            List<AddressRange> ranges = new ArrayList<>();
            AddressRange first = share.addresses().ranges().get(0);
            for (AddressRange range : share.connector().remoteIpRanges()) {
                if (range.family() == first.family()) {
                    ranges.add(range);
                }
            }
            AddressSet whole = AddressSet.of(ranges);
            return whole.ranges().stream().noneMatch(falling::overlaps) ? whole : share.addresses();
        }

        private static String generic(String name, String server) {
            int at = name.toLowerCase(Locale.ROOT).lastIndexOf(server.toLowerCase(Locale.ROOT));
            String without =
                    at <= 0 ? name : name.substring(0, at) + name.substring(at + server.length());
            return without.isBlank() ? name : without.strip();
        }

        private void differences(
                String server, int port, List<Exposure> onPort, Map<Tier, AddressSet> reaching) {
            AddressSet implied = ProtectedSources.LOOPBACK;
            for (AddressSet addresses : own.values()) {
                implied = implied.union(addresses);
            }
            AddressSet above = implied.subtract(reaching.get(Tier.INTERNAL));
            if (!above.isEmpty() && !onPort.isEmpty()) {
                differs(
                        server,
                        "protected-source",
                        above,
                        above
                                + " cannot submit on port "
                                + port
                                + " today, but a policy always gives a server's own addresses and"
                                + " loopback internal",
                        "nothing: Exchange's own health checks need them");
            }
            for (Exposure exposure : onPort) {
                AddressSet elsewhere = AddressSet.EMPTY;
                for (Tier tier : List.of(Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED)) {
                    AddressSet more =
                            AddressSet.of(
                                            reaching.get(tier)
                                                    .ranges(exposure.listener().address().family()))
                                    .subtract(exposure.reaching(tier));
                    elsewhere = elsewhere.union(more);
                }
                if (!elsewhere.isEmpty()) {
                    differs(
                            server,
                            "local-address-matters",
                            elsewhere,
                            "what these addresses may do depends on the local address they connect"
                                    + " to; a policy knows only server and port, so the file gives"
                                    + " what they get at most, which is more than "
                                    + exposure.listener()
                                    + " gives",
                            "give every local address of a port the same connectors");
                }
            }
        }

        private void differs(
                String server, String rule, AddressSet set, String message, String remedy) {
            assumptions.add(VisibleText.of(server) + ": " + message + ".");
            findings.add(
                    new AssessmentFinding(
                            Severity.LOW, rule, server, null, set.texts(), message, remedy));
        }

        private List<String> domains() {
            List<String> domains = new ArrayList<>();
            if (observed.acceptedDomains() == null) {
                assumptions.add("The accepted domains were not exported: add them.");
                return domains;
            }
            Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            for (AcceptedDomain domain : observed.acceptedDomains()) {
                if (!DOMAIN.matcher(domain.domain()).matches() || domain.domain().length() > 255) {
                    assumptions.add(
                            "Accepted domain '"
                                    + VisibleText.of(domain.domain())
                                    + "' cannot stand in a policy; while Exchange has it, internal"
                                    + " means more than this file says.");
                } else if (seen.add(domain.domain())) {
                    domains.add(domain.domain());
                }
            }
            return domains;
        }

        private String yaml(List<String> domains) {
            StringBuilder yaml = new StringBuilder();
            yaml.append("# A first policy: what the receive connectors give today, no more and no")
                    .append(" less.\n");
            assumptions.forEach(one -> yaml.append("# - ").append(comment(one)).append('\n'));
            yaml.append("version: 1\n");
            if (!domains.isEmpty()) {
                yaml.append("acceptedDomains:\n");
                domains.forEach(one -> yaml.append("  - ").append(quoted(one)).append('\n'));
            }
            if (!ports.isEmpty()) {
                yaml.append("servers:\n");
            }
            ports.forEach((server, on) -> server(yaml, server, on));
            if (!grants.isEmpty()) {
                yaml.append("grants:\n");
            }
            Set<String> keys = new TreeSet<>();
            grants.forEach((share, servers) -> grant(yaml, share, servers, keys));
            return yaml.toString();
        }

        private void server(StringBuilder yaml, String server, List<Integer> on) {
            yaml.append("  - name: ").append(quoted(server)).append('\n');
            if (!own.get(server).isEmpty()) {
                yaml.append("    addresses:\n");
                addresses(yaml, "      - ", own.get(server));
            }
            yaml.append("    ports: ").append(on).append('\n');
            yaml.append("    enforcement: [exchange]\n");
            yaml.append("    mode: observe\n");
        }

        private static void grant(
                StringBuilder yaml, Share share, List<String> servers, Set<String> keys) {
            yaml.append("  - key: ").append(quoted(key(share.name(), keys))).append('\n');
            yaml.append("    from:\n      addresses:\n");
            addresses(yaml, "        - ", share.addresses());
            yaml.append("    to:\n      servers:\n");
            servers.forEach(one -> yaml.append("        - ").append(quoted(one)).append('\n'));
            if (!share.ports().isEmpty()) {
                yaml.append("      ports: ").append(share.ports()).append('\n');
            }
            yaml.append("    tier: ").append(share.tier().word()).append('\n');
            yaml.append("    reason: ")
                    .append(quoted("as today: connector '" + share.name() + "'"))
                    .append('\n');
        }

        private static void addresses(StringBuilder yaml, String indent, AddressSet set) {
            set.texts().forEach(text -> yaml.append(indent).append(quoted(text)).append('\n'));
        }

        private static String key(String name, Set<String> keys) {
            String slug =
                    name.toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9]+", "-")
                            .replaceAll("^-+|-+$", "");
            String plain = slug.isEmpty() ? "connector" : slug;
            String key = plain;
            for (int i = 2; !keys.add(key); i++) {
                key = plain + "-" + i;
            }
            return key;
        }

        /** In single quotes nothing but the quote means anything. */
        private static String quoted(String text) {
            return "'" + VisibleText.of(text).replace("'", "''") + "'";
        }

        private static String comment(String text) {
            return VisibleText.of(text).equals(text) ? text : text.replaceAll("\\p{Cntrl}", " ");
        }
    }
}
