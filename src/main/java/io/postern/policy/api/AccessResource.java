package io.postern.policy.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.postern.policy.PolicyIndex;
import io.postern.policy.Tier;
import io.postern.problem.Problem;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The OpenID AuthZEN Authorization API 1.0: decisions for programs that speak that rather than our
 * own words. Answered on the event loop from memory.
 */
@Path("/access/v1")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
public class AccessResource {
    private static final int LARGE_BODY = 1024 * 1024;

    // The roles' words stand here again: the room of accounts lies above this one.
    private static final String READER = "reader";
    private static final String AUTHOR = "author";
    private static final String APPROVER = "approver";
    private static final String OPERATOR = "operator";
    private static final String ADMIN = "admin";

    /** Who or what submits. */
    @Schema(name = "AccessSubject")
    public record AccessSubject(
            @NotNull @Schema(description = "account, computer or address", examples = "account")
                    String type,
            @NotNull
                    @Size(min = 1, max = 256)
                    @Schema(
                            description = "name or SID, (none), or the source address",
                            examples = "CONTOSO\\svc-scan")
                    String id,
            @Schema(description = "not read") Map<String, Object> properties) {}

    /** How far. */
    @Schema(name = "AccessAction")
    public record AccessAction(
            @NotNull
                    @Schema(
                            description =
                                    "submit or submit-internal (to accepted domains), relay (to any"
                                            + " recipient), trusted (as if authenticated)",
                            examples = "submit")
                    String name,
            @Schema(description = "not read") Map<String, Object> properties) {}

    /** Where. */
    @Schema(name = "AccessServer")
    public record AccessServer(
            @NotNull @Schema(description = "server", examples = "server") String type,
            @NotNull @Size(min = 1, max = 256) @Schema(examples = "ex01") String id,
            @Schema(description = "not read") Map<String, Object> properties) {}

    /** The rest of the submission. */
    @Schema(name = "AccessContext")
    public record AccessContext(
            @Size(min = 1, max = 64)
                    @Schema(
                            description = "source address; needed unless it is the subject",
                            examples = "10.20.30.7")
                    String address,
            @Schema(description = "proven account, unless it is the subject; null = none proven")
                    String account,
            @Schema(description = "proven computer, unless it is the subject; null = none proven")
                    String computer,
            @Schema(description = "a port of the server; null = 25") Integer port,
            @Schema(description = "null = now", implementation = Instant.class) Instant time) {}

    /** One evaluation. */
    @Schema(name = "AccessEvaluationRequest")
    public record AccessEvaluationRequest(
            @NotNull AccessSubject subject,
            @NotNull AccessAction action,
            @NotNull AccessServer resource,
            AccessContext context) {}

    /** How a list is evaluated. */
    @Schema(name = "AccessEvaluationOptions")
    public record AccessEvaluationOptions(
            @JsonProperty("evaluations_semantic")
                    @Schema(
                            name = "evaluations_semantic",
                            description =
                                    "execute_all (unless stated), deny_on_first_deny or"
                                            + " permit_on_first_permit")
                    String semantic) {}

    /** A part of a list; what it leaves out, the request gives. */
    @Schema(name = "AccessEvaluationItem")
    public record AccessEvaluationItem(
            AccessSubject subject,
            AccessAction action,
            AccessServer resource,
            AccessContext context) {}

    /** Several evaluations. */
    @Schema(name = "AccessEvaluationsRequest")
    public record AccessEvaluationsRequest(
            AccessSubject subject,
            AccessAction action,
            AccessServer resource,
            AccessContext context,
            @Size(max = 10000)
                    @Schema(description = "absent or empty = the request is one evaluation")
                    List<AccessEvaluationItem> evaluations,
            AccessEvaluationOptions options) {}

    /** Why. */
    @Schema(name = "AccessReason")
    public record AccessReason(
            @Schema(description = "none, internal, relay or trusted") String tier,
            @Schema(description = "key of the deciding grant, or of the one a block beat; or null")
                    String grant,
            @Schema(description = "key of the deciding block, or null") String block,
            @Schema(description = "the revision that decided") long revision,
            @JsonProperty("reason_admin")
                    @Schema(
                            name = "reason_admin",
                            description = "a sentence for administrators, by language")
                    Map<String, String> reasonAdmin) {}

    /** The answer. */
    @Schema(name = "AccessEvaluation")
    public record AccessEvaluation(
            @Schema(description = "whether the action is permitted") boolean decision,
            AccessReason context) {}

    /** The answers to a list, in its order, up to where its semantic stops. */
    @Schema(name = "AccessEvaluations")
    public record AccessEvaluations(List<AccessEvaluation> evaluations) {}

    private final Decider decider;

    AccessResource(Decider decider) {
        this.decider = decider;
    }

    @POST
    @Path("/evaluation")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @NonBlocking
    @Operation(operationId = "evaluateAccess", summary = "AuthZEN access evaluation")
    @RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = AccessEvaluationRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "permitted or denied",
            content = @Content(schema = @Schema(implementation = AccessEvaluation.class)))
    @APIResponse(
            responseCode = "400",
            description = "a fault, each with its pointer",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class)))
    public Uni<AccessEvaluation> evaluate(byte[] body) {
        AccessReader.Evaluation evaluation = AccessReader.one(body);
        return answer(new AccessReader.Evaluations(List.of(evaluation), "execute_all", true))
                .map(answers -> answers.get(0));
    }

    @POST
    @Path("/evaluations")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @NonBlocking
    @Operation(
            operationId = "evaluateAccessList",
            summary = "AuthZEN access evaluations, up to 10,000 under one revision")
    @RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = AccessEvaluationsRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "permitted or denied, each; of a request without a list, as evaluation",
            content = @Content(schema = @Schema(implementation = AccessEvaluations.class)))
    @APIResponse(
            responseCode = "400",
            description = "the faults of every evaluation, each with its pointer",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class)))
    public Uni<Object> evaluateAll(byte[] body) {
        return body != null && body.length > LARGE_BODY
                ? Decider.onWorker(() -> AccessReader.many(body)).chain(this::answerAll)
                : answerAll(AccessReader.many(body));
    }

    private Uni<Object> answerAll(AccessReader.Evaluations request) {
        return answer(request)
                .map(answers -> request.alone() ? answers.get(0) : new AccessEvaluations(answers));
    }

    private Uni<List<AccessEvaluation>> answer(AccessReader.Evaluations request) {
        return decider.answer(
                null,
                null,
                request.evaluations().stream().map(AccessReader.Evaluation::question).toList(),
                epochs -> answers(request, epochs));
    }

    private static List<AccessEvaluation> answers(AccessReader.Evaluations request, Epochs epochs) {
        RequestFaults faults = new RequestFaults();
        List<AccessEvaluation> answers = new ArrayList<>();
        boolean stopped = false;
        for (AccessReader.Evaluation evaluation : request.evaluations()) {
            Epoch epoch = epochs.of(evaluation.question().at);
            if (epoch == null) {
                faults.invalid(evaluation.at() + "/context/time", Epochs.OVER_LIMIT);
                break;
            }
            long outcome =
                    Decider.decide(
                            evaluation.question(),
                            epochs.snapshot(),
                            epoch,
                            faults,
                            evaluation::pointer);
            if (faults.areFull()) {
                break;
            }
            // A fault behind the stop refuses too: what is asked must make sense as a whole.
            if (faults.areNone() && !stopped) {
                AccessEvaluation answer = answer(evaluation, epochs, epoch, outcome);
                answers.add(answer);
                stopped = stops(request.semantic(), answer.decision());
            }
        }
        faults.refuseIfAny();
        return answers;
    }

    private static boolean stops(String semantic, boolean permitted) {
        return semantic.equals(permitted ? "permit_on_first_permit" : "deny_on_first_deny");
    }

    private static AccessEvaluation answer(
            AccessReader.Evaluation evaluation, Epochs epochs, Epoch epoch, long outcome) {
        PolicyIndex index = epoch.index();
        Tier tier = index.tier(outcome);
        String grant = index.grant(outcome);
        String block = index.block(outcome);
        return new AccessEvaluation(
                tier.compareTo(evaluation.needed()) >= 0,
                new AccessReason(
                        tier.word(),
                        grant,
                        block,
                        epochs.snapshot().revision().number(),
                        Map.of("en", reason(tier, grant, block))));
    }

    private static String reason(Tier tier, String grant, String block) {
        if (block != null) {
            return "Block '" + block + "' matches.";
        }
        return grant == null
                ? "Nothing grants it."
                : "Grant '" + grant + "' gives " + tier.word() + ".";
    }
}
