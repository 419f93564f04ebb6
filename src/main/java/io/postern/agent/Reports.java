package io.postern.agent;

import io.postern.client.model.ReportedAcceptedDomain;
import io.postern.client.model.ReportedConnector;
import io.postern.client.model.ReportedFirewall;
import io.postern.client.model.ServerReport;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** Puts what a keeper knows into the contract's words. */
final class Reports {
    private static final int MAX_ERROR = 2000;

    private Reports() {}

    static ServerReport of(
            ServerKeeper keeper, List<Integer> ports, Instant lastRequest, Instant lastDownload)
            throws IOException {
        Journal journal = keeper.journal();
        ServerKeeper.Observed observed = keeper.observed();
        String error = journal.error();
        ReportedFirewall firewall = null;
        if (observed.server().firewall() != null) {
            try {
                firewall = FirewallReports.of(observed.server().firewall(), both(ports, journal));
            } catch (IOException e) {
                // The rest is news all the same; without it the service knows that it knows
                // nothing.
                error = "the firewall is not reported: " + e.getMessage();
            }
        }
        return new ServerReport()
                .state(keeper.state())
                .activeSerial(journal.activeSerial())
                .activeRevision(journal.activeRevision())
                .undoneSerial(journal.undoneSerial())
                .failedSerial(journal.failedSerial())
                .error(
                        error != null && error.length() > MAX_ERROR
                                ? error.substring(0, MAX_ERROR)
                                : error)
                .confirmUntil(time(journal.confirmUntilMillis()))
                .connectors(connectors(observed.connectors()))
                // Null where they are not known: an empty list would say that there are none.
                .acceptedDomains(observed.acceptedDomains().map(Reports::domains).orElse(null))
                .firewall(firewall)
                .pickup(
                        observed.server().pickup() == null
                                ? null
                                : OtherReports.of(
                                        observed.server().pickup(),
                                        keeper.driver().pickup().orElseThrow().drops()))
                .outlookGuard(
                        observed.server().outlookGuard() == null
                                ? null
                                : OtherReports.of(observed.server().outlookGuard()))
                .nftables(
                        observed.server().nftables() == null
                                ? null
                                : LinuxReports.of(observed.server().nftables()))
                .postfix(
                        observed.server().postfix() == null
                                ? null
                                : LinuxReports.of(observed.server().postfix()))
                .showsIdentities(keeper.driver().simulationToken().length > 0)
                .lastRequestAt(time(lastRequest))
                .lastDownloadAt(time(lastDownload))
                .lastActivationAt(time(journal.activatedMillis()));
    }

    /** The policy's ports, and those that are kept although it no longer names them. */
    private static List<Integer> both(List<Integer> ports, Journal journal) {
        return journal.activePorts() == null
                ? ports
                : Stream.concat(ports.stream(), journal.activePorts().stream()).distinct().toList();
    }

    private static OffsetDateTime time(long millis) {
        return millis == 0 ? null : time(Instant.ofEpochMilli(millis));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static List<ReportedAcceptedDomain> domains(List<AcceptedDomain> domains) {
        return domains.stream()
                .map(
                        domain ->
                                new ReportedAcceptedDomain()
                                        .name(domain.name())
                                        .domainName(domain.domain())
                                        .domainType(domain.type().word())
                                        .isDefault(domain.isDefault()))
                .toList();
    }

    private static List<ReportedConnector> connectors(List<ConnectorData> observed) {
        return observed.stream()
                .map(
                        connector ->
                                new ReportedConnector()
                                        .name(connector.name())
                                        .managed(connector.managed())
                                        .enabled(connector.enabled())
                                        .transportRole(connector.transportRole())
                                        .bindings(connector.bindings())
                                        .remoteIPRanges(connector.remoteIpRanges())
                                        .permissionGroups(connector.permissionGroups())
                                        .authMechanism(connector.authMechanism())
                                        .anonymousRelay(connector.anonymousRelay())
                                        .fqdn(connector.fqdn())
                                        .comment(connector.comment())
                                        .tarpitMillis(connector.tarpitMillis())
                                        .verboseLogging(connector.verboseLogging()))
                .toList();
    }
}
