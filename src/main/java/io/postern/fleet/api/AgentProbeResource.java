package io.postern.fleet.api;

import io.postern.fleet.Agent;
import io.postern.fleet.AgentServers;
import io.postern.fleet.FleetService;
import io.postern.fleet.VantageOffer;
import io.postern.fleet.VantageService;
import io.postern.fleet.api.AgentResource.ProbeSettingsResponse;
import io.postern.fleet.jose.AgentAuthenticationMechanism;
import io.postern.probe.Probe;
import io.postern.probe.ProbeResult;
import io.postern.probe.ProbeService;
import io.postern.probe.Vantage;
import io.postern.security.Role;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
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
                                    "where to connect to: an address of the server, or a"
                                            + " load-balanced name of it, to be resolved; null ="
                                            + " where the agent's own server listens")
                    String target,
            @Schema(description = "null = it is the agent's own server, whose settings it knows")
                    ProbeSettingsResponse settings) {
        /**
         * A probe as a task.
         *
         * @param settings null = of an own server
         */
        static ProbeTaskResponse of(
                Probe probe, String target, ProbeSettings settings, AgentServers servers) {
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
                    settings == null ? null : ProbeSettingsResponse.of(settings));
        }
    }

    /** As whom a probe can run; one of the two at least. */
    @Schema(name = "VantageContext")
    public record ContextJson(
            @Schema(description = "an account, by the name that the policy knows it by")
                    @Size(min = 1, max = 256)
                    String account,
            @Schema(description = "a computer likewise") @Size(min = 1, max = 256)
                    String computer) {
        static ContextJson of(Vantage.Context context) {
            return new ContextJson(context.account(), context.computer());
        }

        static List<Vantage.Context> contexts(List<ContextJson> sent) {
            return sent == null
                    ? List.of()
                    : sent.stream()
                            .map(one -> new Vantage.Context(one.account(), one.computer()))
                            .toList();
        }
    }

    /** From where an agent can probe, and as whom. */
    @Schema(name = "Vantage")
    public record VantageRequest(
            @Schema(description = "its own addresses; empty = from nowhere")
                    @NotNull
                    @Size(max = VantageOffer.MAX_ADDRESSES)
                    List<@NotNull @Size(max = 64) String> addresses,
            @Schema(description = "as whom, besides nobody in particular; absent = as nobody else")
                    @Size(max = VantageOffer.MAX_CONTEXTS)
                    List<@NotNull @Valid ContextJson> contexts) {}

    /** What came of one probe. @param transcript lines {@code millis direction text} */
    @Schema(name = "ProbeTaskResult")
    public record ProbeTaskResult(
            @PositiveOrZero long id,
            @NotNull ProbeOutcome.Kind kind,
            @NotNull @Size(max = 32) String stage,
            @Min(200) @Max(599) Integer replyCode,
            @Size(max = 100) List<@NotNull @Size(max = 2048) String> replyLines,
            boolean simulatedSource,
            @NotNull @Size(max = ProbeResult.MAX_TRANSCRIPT_LINES)
                    List<@NotNull @Size(max = 2200) String> transcript) {}

    /** Results of one server's probes. */
    @Schema(name = "ProbeTaskResults")
    public record ProbeTaskResults(
            @NotNull @Size(min = 1, max = 256) String server,
            @NotNull @Size(min = 1, max = PROBES_AT_ONCE)
                    List<@NotNull @Valid ProbeTaskResult> results) {}

    /**
     * @param accepted how many of the results were waited for
     */
    @Schema(name = "ProbeTaskReceipt")
    public record ProbeTaskReceipt(int accepted) {}

    private final FleetService fleet;
    private final AgentServers servers;
    private final ProbeService probes;
    private final VantageService vantages;
    private final SecurityIdentity identity;

    AgentProbeResource(
            FleetService fleet,
            AgentServers servers,
            ProbeService probes,
            VantageService vantages,
            SecurityIdentity identity) {
        this.fleet = fleet;
        this.servers = servers;
        this.probes = probes;
        this.vantages = vantages;
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
                        .flatMap(server -> open(server, agent.vantage()))
                        .flatMap(this::ownTask);
        Stream<ProbeTaskResponse> asVantage =
                probes.openAt(agent.vantage(), agent.addresses(), PROBES_AT_ONCE).stream()
                        .filter(probe -> FleetService.isVantage(agent, probe))
                        .flatMap(
                                probe ->
                                        servers.target(probe).stream()
                                                .map(target -> task(probe, target)));
        return Stream.concat(ofItsServers, asVantage).toList();
    }

    /** None of a server that does not believe what its agent names. */
    private Stream<Probe> open(String server, String vantage) {
        List<Probe> open = probes.open(server, vantage, PROBES_AT_ONCE);
        // Mostly there is none, and a whole report is read for the answer.
        return open.isEmpty() || !fleet.believesItsAgent(server) ? Stream.empty() : open.stream();
    }

    /** An own server listens where its agent knows, unless the probe names the place. */
    private Stream<ProbeTaskResponse> ownTask(Probe probe) {
        return probe.target() == null
                ? Stream.of(ProbeTaskResponse.of(probe, null, null, servers))
                : servers.target(probe).stream()
                        .map(target -> ProbeTaskResponse.of(probe, target, null, servers));
    }

    @PUT
    @Path("/me/vantage")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "reportVantage",
            summary = "From which of its own addresses the agent can probe, and as whom")
    @APIResponse(responseCode = "204", description = "taken in")
    public void vantage(@NotNull @Valid VantageRequest request) {
        fleet.offer(
                self(),
                vantages.offer(request.addresses(), ContextJson.contexts(request.contexts())));
    }

    private ProbeTaskResponse task(Probe probe, String target) {
        return ProbeTaskResponse.of(probe, target, servers.settings(), servers);
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
        for (int i = 0; i < request.results().size(); i++) {
            ProbeTaskResult sent = request.results().get(i);
            results.put(
                    sent.id(),
                    ProbeResult.of(
                            SentResult.outcome(
                                    "/results/" + i,
                                    sent.kind(),
                                    sent.stage(),
                                    sent.replyCode(),
                                    sent.replyLines()),
                            isBehindFirewall,
                            sent.simulatedSource(),
                            sent.transcript()));
        }
        return new ProbeTaskReceipt(probes.answer(agent.vantage(), request.server(), results));
    }
}
