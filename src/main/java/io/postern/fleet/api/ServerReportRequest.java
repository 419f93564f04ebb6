package io.postern.fleet.api;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ExchangeText;
import io.postern.fleet.AgentReport;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How a server stands, as its agent reports it. */
@Schema(name = "ServerReport")
public record ServerReportRequest(
        @NotNull @Size(min = 1, max = 32) String state,
        @PositiveOrZero long activeSerial,
        @PositiveOrZero long activeRevision,
        @PositiveOrZero long undoneSerial,
        @PositiveOrZero long failedSerial,
        @Size(max = 2000) String error,
        Instant confirmUntil,
        @NotNull @Size(max = 500) List<@NotNull @Valid ConnectorReport> connectors,
        @Schema(
                        description =
                                "every accepted domain of the organisation; absent = not known,"
                                        + " which is not the same as an empty list")
                @Size(max = 5000)
                List<@NotNull @Valid AcceptedDomainReport> acceptedDomains,
        @Valid FirewallReport firewall,
        @Valid PickupReport pickup,
        @Valid OutlookGuardReport outlookGuard,
        @Valid NftablesReport nftables,
        @Valid PostfixReport postfix,
        @Schema(description = "whether its probes can show any account and computer")
                boolean showsIdentities,
        Instant lastRequestAt,
        Instant lastDownloadAt,
        Instant lastActivationAt) {
    /** One connector as read back. */
    @Schema(name = "ReportedConnector")
    public record ConnectorReport(
            @NotNull @Size(min = 1, max = 64) String name,
            boolean managed,
            boolean enabled,
            @NotNull @Size(max = 32) String transportRole,
            @NotNull @Size(max = 64) List<@Size(max = 64) String> bindings,
            @NotNull @Size(max = 2000) List<@Size(max = 96) String> remoteIPRanges,
            @NotNull @Size(max = 16) List<@Size(max = 32) String> permissionGroups,
            @NotNull @Size(max = 16) List<@Size(max = 32) String> authMechanism,
            Boolean anonymousRelay,
            @NotNull @Size(max = 256) String fqdn,
            @NotNull @Size(max = 1024) String comment,
            @PositiveOrZero int tarpitMillis,
            boolean verboseLogging) {
        private ConnectorData data() {
            return new ConnectorData(
                    name,
                    managed,
                    enabled,
                    transportRole,
                    bindings,
                    remoteIPRanges,
                    permissionGroups,
                    authMechanism,
                    anonymousRelay,
                    fqdn,
                    comment,
                    tarpitMillis,
                    verboseLogging);
        }
    }

    /** One accepted domain as read back. */
    @Schema(name = "ReportedAcceptedDomain")
    public record AcceptedDomainReport(
            @NotNull @Size(min = 1, max = 256) String name,
            @Schema(description = "a domain, *.domain for its subdomains too, or * for every one")
                    @NotNull
                    @Size(min = 1, max = 256)
                    @Pattern(
                            regexp = "\\*|(\\*\\.)?[^\\s*@]+",
                            message = "must be a domain, *.domain or *")
                    String domainName,
            @NotNull
                    @Pattern(
                            regexp = "Authoritative|InternalRelay|ExternalRelay",
                            message = "must be Authoritative, InternalRelay or ExternalRelay")
                    String domainType,
            boolean isDefault) {
        private AcceptedDomain domain() {
            return new AcceptedDomain(
                    name,
                    domainName,
                    ExchangeText.one(
                            "domain type",
                            AcceptedDomain.Type.class,
                            AcceptedDomain.Type::word,
                            domainType),
                    isDefault);
        }
    }

    AgentReport report() {
        return new AgentReport(
                state(),
                activeSerial(),
                activeRevision(),
                undoneSerial(),
                failedSerial(),
                error(),
                confirmUntil(),
                connectors().stream().map(ConnectorReport::data).toList(),
                acceptedDomains() == null
                        ? null
                        : acceptedDomains().stream().map(AcceptedDomainReport::domain).toList(),
                firewall() == null ? null : firewall().observed(),
                pickup() == null ? null : pickup().observed(),
                pickup() == null ? List.of() : pickup().dropped(),
                outlookGuard() == null ? null : outlookGuard().observed(),
                nftables() == null ? null : nftables().observed(),
                postfix() == null ? null : postfix().observed(),
                showsIdentities(),
                lastRequestAt(),
                lastDownloadAt(),
                lastActivationAt());
    }
}
