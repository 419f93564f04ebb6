package io.postern.fleet.api;

import io.postern.fleet.Agent;
import io.postern.fleet.AgentServers;
import io.postern.fleet.FleetService;
import io.postern.fleet.api.AgentResource.ProbeSettingsResponse;
import io.postern.fleet.jose.AgentAuthenticationMechanism;
import io.postern.policy.Address;
import io.postern.probe.Probe;
import io.postern.probe.ProbeResult;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Role;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.SmtpReply;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What an agent is asked to probe, from where it can, and what came of it. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/agents")
@Tag(name = "agents")
public class AgentProbeResource {
    private static final int PROBES_AT_ONCE = 200;

    /** One probe to run. */
    @Schema(name = "ProbeTask")
    public record ProbeTaskResponse(
            long id,
            String server,
            int port,
            String source,
            String account,
            String computer,
            @Schema(description = "SID of the account; null = none, or not known to the policy")
                    String accountSid,
            @Schema(description = "SID of the computer; null likewise") String computerSid,
            @Schema(
                            description =
                                    "the address to connect to from an address of the agent's own;"
                                            + " null = it is the agent's own server")
                    String target,
            ProbeSettingsResponse settings) {}

    /** From where an agent can probe. */
    @Schema(name = "Vantage")
    public record VantageRequest(
            @Schema(description = "its own addresses; empty = from nowhere")
                    @NotNull
                    @Size(max = 200)
                    List<@NotNull @Size(max = 64) String> addresses) {
        private List<String> canonical() {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                try {
                    texts.add(Address.parse(addresses.get(i)).toString());
                } catch (IllegalArgumentException e) {
                    throw new DomainException(
                            ErrorCode.INVALID_FIELD,
                            e.getMessage(),
                            List.of(new DomainException.Fault("/addresses/" + i, e.getMessage())));
                }
            }
            return texts.stream().distinct().sorted().toList();
        }
    }

    /** What came of one probe. @param transcript lines {@code millis direction text} */
    @Schema(name = "ProbeTaskResult")
    public record ProbeTaskResult(
            @PositiveOrZero long id,
            @NotNull ProbeOutcome.Kind kind,
            @NotNull @Size(max = 32) String stage,
            @Min(200) @Max(599) Integer replyCode,
            @Size(max = 100) List<@Size(max = 2048) String> replyLines,
            boolean simulatedSource,
            @NotNull @Size(max = ProbeResult.MAX_TRANSCRIPT_LINES)
                    List<@Size(max = 2200) String> transcript) {}

    /** Results of one server's probes. */
    @Schema(name = "ProbeTaskResults")
    public record ProbeTaskResults(
            @NotNull @Size(min = 1, max = 256) String server,
            @NotNull @Size(min = 1, max = PROBES_AT_ONCE) List<@Valid ProbeTaskResult> results) {}

    /**
     * @param accepted how many of the results were waited for
     */
    @Schema(name = "ProbeTaskReceipt")
    public record ProbeTaskReceipt(int accepted) {}

    private final FleetService fleet;
    private final AgentServers servers;
    private final ProbeService probes;
    private final SecurityIdentity identity;

    AgentProbeResource(
            FleetService fleet,
            AgentServers servers,
            ProbeService probes,
            SecurityIdentity identity) {
        this.fleet = fleet;
        this.servers = servers;
        this.probes = probes;
        this.identity = identity;
    }

    private Agent self() {
        return identity.getAttribute(AgentAuthenticationMechanism.AGENT);
    }

    @GET
    @Path("/me/probes")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "listProbeTasks",
            summary = "Probes that wait for this agent, at most 200 of each server")
    public List<ProbeTaskResponse> openProbes() {
        Agent agent = self();
        Stream<ProbeTaskResponse> ofItsServers =
                agent.servers().stream()
                        .filter(fleet::believesItsAgent)
                        .flatMap(server -> probes.open(server, PROBES_AT_ONCE).stream())
                        .map(probe -> task(probe, null));
        Stream<ProbeTaskResponse> asVantage =
                probes.openFrom(agent.addresses(), PROBES_AT_ONCE).stream()
                        .filter(probe -> FleetService.isVantage(agent, probe))
                        .flatMap(
                                probe ->
                                        servers.target(probe).stream()
                                                .map(target -> task(probe, target)));
        return Stream.concat(ofItsServers, asVantage).toList();
    }

    @PUT
    @Path("/me/vantage")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "reportVantage",
            summary = "From which of its own addresses the agent can probe")
    @APIResponse(responseCode = "204", description = "taken in")
    public void vantage(@NotNull @Valid VantageRequest request) {
        fleet.offer(self(), request.canonical());
    }

    private ProbeTaskResponse task(Probe probe, String target) {
        return new ProbeTaskResponse(
                probe.id(),
                probe.server(),
                probe.port(),
                probe.source(),
                probe.account(),
                probe.computer(),
                servers.sid(probe.revision(), probe.account()),
                servers.sid(probe.revision(), probe.computer()),
                target,
                target == null ? null : ProbeSettingsResponse.of(servers.settings()));
    }

    @POST
    @Path("/me/probe-results")
    @RolesAllowed(Role.AGENT)
    @Operation(operationId = "postProbeResults")
    public ProbeTaskReceipt answer(@NotNull @Valid ProbeTaskResults request) {
        Agent agent = self();
        fleet.requireMayAnswer(
                agent,
                request.server(),
                request.results().stream().map(result -> probes.find(result.id())).toList());
        Map<Long, ProbeResult> results = new LinkedHashMap<>();
        boolean isBehindFirewall = fleet.isBehindNetworkLayer(request.server());
        request.results()
                .forEach(result -> results.put(result.id(), result(result, isBehindFirewall)));
        return new ProbeTaskReceipt(
                probes.answer("agent:" + agent.name(), request.server(), results));
    }

    private static ProbeResult result(ProbeTaskResult sent, boolean isBehindFirewall) {
        SmtpReply reply =
                sent.replyCode() == null || sent.replyLines() == null || sent.replyLines().isEmpty()
                        ? null
                        : SmtpReply.of(sent.replyCode(), sent.replyLines());
        ProbeOutcome outcome = new ProbeOutcome(sent.kind(), sent.stage(), reply, List.of());
        // Without a firewall before them a drop or reset says nothing about the connectors.
        ObservedTier observed = ObservedTier.of(outcome, isBehindFirewall);
        String detail =
                observed.reason()
                        + (reply == null ? "" : " (" + reply.code() + " " + reply.text() + ")");
        return new ProbeResult(observed, detail, sent.simulatedSource(), sent.transcript());
    }
}
