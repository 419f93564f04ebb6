package io.postern.fleet.api;

import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.LocalPorts;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.RemoteAddresses;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A Windows firewall as an agent read it back: whatever says who reaches the server's ports. */
@Schema(name = "ReportedFirewall")
public record FirewallReport(
        @NotNull @Size(max = 8) List<@NotNull @Valid Profile> profiles,
        @Schema(description = "inbound rules that cover one of the server's ports, and our own")
                @NotNull
                @Size(max = 5000)
                List<@NotNull @Valid Rule> rules,
        @Schema(description = "absent = not read") @Size(max = 5000)
                List<@NotNull @Valid SecurityRule> securityRules,
        @Schema(description = "absent = not read") @Size(max = 5000)
                List<@NotNull @Valid SetReport> authenticationSets,
        @NotNull @Size(max = 100) List<@NotNull @Size(max = 2000) String> notes) {
    /** One profile of the ActiveStore. An absent value is not known. */
    @Schema(name = "ReportedFirewallProfile")
    public record Profile(
            @NotNull @Size(min = 1, max = 32) String name,
            Boolean enabled,
            @Schema(description = "whether the default inbound action is Allow")
                    Boolean inboundAllowed,
            @Schema(description = "whether every allow rule is ignored") Boolean blocksAll,
            @Schema(description = "AllowLocalFirewallRules") Boolean localRules,
            @Schema(description = "AllowLocalIPsecRules") Boolean localSecurityRules,
            Boolean active) {}

    /** One rule, in the words of Get-NetFirewallRule and its filters. */
    @Schema(name = "ReportedFirewallRule")
    public record Rule(
            @NotNull @Size(min = 1, max = 512) String name,
            @NotNull @Size(max = 10_000) String displayName,
            @NotNull @Size(max = 10_000) String group,
            boolean enabled,
            @NotNull @Size(max = 16) String action,
            @NotNull @Size(max = 64) String profile,
            @NotNull @Size(max = 16) String protocol,
            @NotNull @Size(max = 1000) List<@NotNull @Size(max = 32) String> localPorts,
            @NotNull @Size(max = 10_000) List<@NotNull @Size(max = 96) String> localAddresses,
            @NotNull @Size(max = 10_000) List<@NotNull @Size(max = 96) String> remoteAddresses,
            @NotNull @Size(max = 20_000) String remoteUser,
            @NotNull @Size(max = 20_000) String remoteMachine,
            @NotNull @Size(max = 16) String authentication,
            @NotNull @Size(max = 16) String encryption,
            @NotNull @Size(max = 10_000) String program,
            @NotNull @Size(max = 1024) String service,
            @NotNull @Size(max = 1000) List<@NotNull @Size(max = 1024) String> interfaces,
            @NotNull @Size(max = 64) String source,
            @Schema(
                            description =
                                    "properties that narrow the rule in a way that Postern does not"
                                            + " know; absent = none")
                    @Size(max = 20)
                    Map<@Size(max = 64) String, @NotNull @Size(max = 1000) String> other) {
        FirewallRule rule() {
            return new FirewallRule(
                    name,
                    displayName,
                    group,
                    enabled,
                    action,
                    profile,
                    protocol,
                    localPorts,
                    inOrder(localAddresses),
                    inOrder(remoteAddresses),
                    remoteUser,
                    remoteMachine,
                    authentication,
                    encryption,
                    program,
                    service,
                    interfaces,
                    source,
                    other == null ? Map.of() : other);
        }
    }

    /** One connection security rule. */
    @Schema(name = "ReportedSecurityRule")
    public record SecurityRule(
            @NotNull @Size(min = 1, max = 512) String name,
            @NotNull @Size(max = 10_000) String displayName,
            @NotNull @Size(max = 10_000) String group,
            boolean enabled,
            @NotNull @Size(max = 64) String profile,
            @NotNull @Size(max = 16) String inboundSecurity,
            @NotNull @Size(max = 16) String outboundSecurity,
            @NotNull @Size(max = 16) String protocol,
            @NotNull @Size(max = 1000) List<@NotNull @Size(max = 32) String> localPorts,
            @NotNull @Size(max = 1000) List<@NotNull @Size(max = 32) String> remotePorts,
            @NotNull @Size(max = 10_000) List<@NotNull @Size(max = 96) String> localAddresses,
            @NotNull @Size(max = 10_000) List<@NotNull @Size(max = 96) String> remoteAddresses,
            @NotNull @Size(max = 512) String phase1Set,
            @NotNull @Size(max = 512) String phase2Set,
            @NotNull @Size(max = 64) String source) {
        ConnectionSecurityRule rule() {
            return new ConnectionSecurityRule(
                    name,
                    displayName,
                    group,
                    enabled,
                    profile,
                    inboundSecurity,
                    outboundSecurity,
                    protocol,
                    localPorts,
                    remotePorts,
                    inOrder(localAddresses),
                    inOrder(remoteAddresses),
                    phase1Set,
                    phase2Set,
                    source);
        }
    }

    /** One authentication set. */
    @Schema(name = "ReportedAuthenticationSet")
    public record SetReport(
            @NotNull @Size(min = 1, max = 512) String name,
            @NotNull @Size(max = 10_000) String displayName,
            @NotNull @Size(max = 10_000) String group,
            @Min(1) @Max(2) int phase,
            @NotNull @Size(max = 20) List<@NotNull @Size(max = 64) String> proposals) {}

    /** A name stands for one thing in its store, and steps go by names. */
    private static void once(String what, Stream<String> names) {
        Set<String> seen = new HashSet<>();
        names.filter(name -> !seen.add(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw new IllegalArgumentException(
                                    "two local " + what + " have the name '" + name + "'");
                        });
    }

    /** In the one form in which addresses are compared; as they are where they cannot be read. */
    private static List<String> inOrder(List<String> addresses) {
        try {
            return RemoteAddresses.of(addresses).texts();
        } catch (IllegalArgumentException e) {
            return addresses;
        }
    }

    /**
     * The same in the pure room's words.
     *
     * @throws DomainException with a pointer where a word is not one of those allowed
     */
    ObservedFirewall observed() {
        try {
            List<FirewallRule> read = rules.stream().map(Rule::rule).toList();
            // Read once, so that what cannot be read is refused here and not found later.
            read.forEach(rule -> LocalPorts.of(rule.localPorts()));
            once("rules", read.stream().filter(FirewallRule::isLocal).map(FirewallRule::name));
            if (securityRules != null) {
                securityRules.forEach(rule -> LocalPorts.of(rule.localPorts()));
                once(
                        "connection security rules",
                        securityRules.stream()
                                .filter(one -> one.source().equals(FirewallRule.LOCAL))
                                .map(SecurityRule::name));
            }
            if (authenticationSets != null) {
                once("authentication sets", authenticationSets.stream().map(SetReport::name));
            }
            return new ObservedFirewall(
                    profiles.stream()
                            .map(
                                    one ->
                                            new FirewallProfile(
                                                    one.name(),
                                                    one.enabled(),
                                                    one.inboundAllowed(),
                                                    one.blocksAll(),
                                                    one.localRules(),
                                                    one.localSecurityRules(),
                                                    one.active()))
                            .toList(),
                    read,
                    securityRules == null
                            ? null
                            : securityRules.stream().map(SecurityRule::rule).toList(),
                    authenticationSets == null
                            ? null
                            : authenticationSets.stream()
                                    .map(
                                            one ->
                                                    new AuthenticationSet(
                                                            one.name(),
                                                            one.displayName(),
                                                            one.group(),
                                                            one.phase(),
                                                            one.proposals()))
                                    .toList(),
                    notes);
        } catch (IllegalArgumentException e) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    e.getMessage(),
                    List.of(new DomainException.Fault("/firewall", e.getMessage())));
        }
    }
}
