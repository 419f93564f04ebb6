package io.postern.fleet;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.server.DriftFinding;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.probe.Probe;
import io.postern.problem.DomainException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gathers what is known of a failed expectation, in the caller's transaction. */
@ApplicationScoped
class CauseEvidences {
    private final FleetService fleet;
    private final DriftService drifts;
    private final FidelityService fidelities;
    private final Publications publications;
    private final Validations validations;
    private final ValidationConfig config;

    CauseEvidences(
            FleetService fleet,
            DriftService drifts,
            FidelityService fidelities,
            Publications publications,
            Validations validations,
            ValidationConfig config) {
        this.fleet = fleet;
        this.drifts = drifts;
        this.fidelities = fidelities;
        this.publications = publications;
        this.validations = validations;
        this.config = config;
    }

    /**
     * Of one probe.
     *
     * @param batch all probes that were asked with it
     * @param server as the revision has it that the probe is about
     */
    CauseEvidence of(Probe probe, List<Probe> batch, Server server, Instant now) {
        ProbeEnding ending = ProbeEnding.of(probe);
        Optional<ServerReport> report = fleet.report(server.name());
        List<DriftFinding> drift =
                fleet.posts(server.name()).stream()
                        .flatMap(post -> drifts.of(post).findings().stream())
                        .toList();
        Selected selected = report.map(read -> selected(probe, read, drift, server)).orElse(NONE);
        return new CauseEvidence(
                ending,
                probe.expected(),
                probe.observed(),
                readBack(probe, server.name()),
                first(drift.stream().filter(CauseEvidences::isOurs)),
                first(drift.stream().filter(finding -> !isOurs(finding))),
                selected.wanted(),
                selected.read(),
                failsAlike(probe, ending, batch),
                validations.isWatchedElsewhere(probe.source(), probe.server()),
                report.map(read -> Duration.between(read.reportedAt(), now)).orElse(null),
                config.agentSilence());
    }

    private record Selected(String wanted, String read) {}

    private static final Selected NONE = new Selected(null, null);

    /** Which connector takes the source, with and without what drifted. */
    private Selected selected(
            Probe probe, ServerReport report, List<DriftFinding> drift, Server server) {
        Optional<Publication> held = publications.find(server.name(), report.activeSerial());
        if (report.observed().isEmpty() || held.isEmpty()) {
            return NONE;
        }
        Set<String> foreign =
                drift.stream()
                        .filter(finding -> !isOurs(finding))
                        .map(finding -> finding.subjectIf(DriftFinding.About.CONNECTOR))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
        Stream<ConnectorData> left =
                report.observed().stream()
                        .filter(one -> !one.managed() && !foreign.contains(one.name()));
        return new Selected(
                name(
                        Stream.concat(held.get().state().connectors().stream(), left).toList(),
                        probe,
                        server),
                name(report.observed(), probe, server));
    }

    private static String name(List<ConnectorData> connectors, Probe probe, Server server) {
        Address client = Address.parse(probe.source());
        Address local =
                server.addresses().ranges(client.family()).stream()
                        .findFirst()
                        .map(AddressRange::low)
                        .orElseGet(() -> Address.first(client.family()));
        return new ConnectorSelection(connectors.stream().map(ConnectorData::toConnector).toList())
                .select(local, probe.port(), client)
                .map(selected -> selected.connector().name())
                .orElse(null);
    }

    /** What the layers together let through by their read-back; null = not known. */
    private Tier readBack(Probe probe, String server) {
        LiveFidelity fidelity;
        try {
            fidelity = fidelities.of(server);
        } catch (DomainException e) {
            return null;
        }
        if (fidelity.now() == null || !fidelity.isInForce()) {
            return null;
        }
        Address source = Address.parse(probe.source());
        return fidelity.now().regions().stream()
                .map(io.postern.enforcement.Fidelity.Found::region)
                .filter(region -> holds(region, probe, source))
                .findFirst()
                .map(Region::after)
                .orElse(probe.expected());
    }

    private static boolean holds(Region region, Probe probe, Address source) {
        return region.ports().contains(probe.port())
                && region.addresses().contains(source)
                && holds(region.accounts(), probe.account())
                && holds(region.computers(), probe.computer());
    }

    private static boolean holds(List<String> names, String name) {
        String asked = name == null ? "(none)" : name;
        return names.contains("*") || names.stream().anyMatch(asked::equalsIgnoreCase);
    }

    private static boolean isOurs(DriftFinding finding) {
        return finding.kind().equals(ConnectorDrift.MISSING)
                || finding.kind().equals(ConnectorDrift.CHANGED);
    }

    private static String first(Stream<DriftFinding> findings) {
        return findings.findFirst().map(one -> one.subject() + ": " + one.detail()).orElse(null);
    }

    /** Whether all that should be let in end as this one does, and there are others. */
    private static boolean failsAlike(Probe probe, ProbeEnding ending, List<Probe> batch) {
        List<Probe> others =
                batch.stream()
                        .filter(one -> one.id() != probe.id() && one.expected() != Tier.NONE)
                        .toList();
        return !others.isEmpty() && others.stream().allMatch(one -> ProbeEnding.of(one) == ending);
    }
}
