package io.postern.policy.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.Address;
import io.postern.policy.Explanation;
import io.postern.policy.Submission;
import io.postern.problem.Problem;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Decisions, answered on the event loop from memory. */
@Path("/api/v1")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "policy")
public class DecisionResource {
    /** Bodies above this are read on a worker thread, so that one does not hold up others. */
    private static final int LARGE_BODY = 2 * 1024 * 1024;

    private static final int SHOWN_TRIALS = 100;

    // The roles' words stand here again: the room of accounts lies above this one.
    private static final String READER = "reader";
    private static final String AUTHOR = "author";
    private static final String APPROVER = "approver";
    private static final String OPERATOR = "operator";
    private static final String ADMIN = "admin";

    /** One question. Describes what {@link DecisionReader} reads. */
    @Schema(name = "DecisionRequest", description = "One attempt to hand over a message.")
    public record DecisionRequest(
            @NotNull
                    @Size(min = 1, max = 64)
                    @Schema(description = "source address, IPv4 or IPv6", examples = "10.20.30.7")
                    String address,
            @Size(min = 1, max = 256)
                    @Schema(
                            description =
                                    "proven account by name or SID; null = none proven; a name the"
                                            + " policy does not know counts as (other)",
                            examples = "CONTOSO\\svc-scan")
                    String account,
            @Size(min = 1, max = 256) @Schema(description = "proven computer, as account")
                    String computer,
            @NotNull
                    @Size(min = 1, max = 256)
                    @Schema(description = "a server of the policy", examples = "ex01")
                    String server,
            @Min(1) @Max(65535) @Schema(description = "a port of the server; null = 25")
                    Integer port,
            @Schema(
                            description =
                                    "the instant, a fraction of a second is dropped; a bare date is"
                                            + " 00:00:00Z of that day; null = now",
                            implementation = Instant.class,
                            examples = "2027-03-31T18:00:00Z")
                    Instant at,
            @PositiveOrZero @Schema(description = "revision to ask; null = the newest") Long asOf,
            @Schema(
                            description =
                                    "whether the entries that were tried are wanted; reads every"
                                            + " entry; null = no")
                    Boolean explain) {}

    /** One question of a batch. */
    @Schema(
            name = "DecisionBatchItem",
            description = "As DecisionRequest; the revision is the batch's.")
    public record DecisionBatchItem(
            @NotNull @Size(min = 1, max = 64) String address,
            @Size(min = 1, max = 256) String account,
            @Size(min = 1, max = 256) String computer,
            @NotNull @Size(min = 1, max = 256) String server,
            @Min(1) @Max(65535) Integer port,
            @Schema(description = "null = the batch's", implementation = Instant.class)
                    Instant at) {}

    /** Many questions. */
    @Schema(
            name = "DecisionBatchRequest",
            description =
                    "1 to 10,000 questions, answered in order under one revision, all or none.")
    public record DecisionBatchRequest(
            @NotNull @Size(min = 1, max = 10000) List<DecisionBatchItem> requests,
            @Schema(
                            description =
                                    "for the questions without a time of their own; null = now",
                            implementation = Instant.class)
                    Instant at,
            @PositiveOrZero @Schema(description = "revision to ask; null = the newest")
                    Long asOf) {}

    /** One entry that was tried. */
    @Schema(name = "EntryTrial")
    public record TrialResponse(
            @Schema(description = "grant or block") String kind,
            String key,
            boolean matched,
            @Schema(description = "what matched, or which dimensions failed and how") String why) {}

    /** The answer. */
    @Schema(name = "Decision")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DecisionResponse(
            @Schema(description = "none, internal, relay or trusted", examples = "internal")
                    String tier,
            @JsonInclude
                    @Schema(
                            description =
                                    "key of the deciding grant, or of the one that the block beat;"
                                            + " null = none matched",
                            examples = "scan-to-mail")
                    String grant,
            @JsonInclude @Schema(description = "key of the deciding block; null = none matched")
                    String block,
            @Schema(description = "the revision that decided") long revision,
            @Schema(description = "the instant that was decided for") Instant at,
            @Schema(
                            description =
                                    "with explain: the first 100 entries, those that match before"
                                            + " those that nearly match; else absent")
                    List<TrialResponse> trials,
            @Schema(description = "with explain: how many entries are not shown; else absent")
                    Integer trialsOmitted,
            @Schema(description = "what to know besides, such as a name counted as (other)")
                    List<String> notes) {}

    /** One answer of a batch. */
    @Schema(name = "BatchDecision")
    public record BatchDecision(String tier, String grant, String block) {}

    /** The answers to a batch. */
    @Schema(name = "DecisionBatch")
    public record DecisionBatchResponse(
            @Schema(description = "the revision that decided") long revision,
            @Schema(description = "the instant of questions without one of their own") Instant at,
            @Schema(description = "in the order of the questions") List<BatchDecision> decisions) {}

    private final Decider decider;
    private final ObjectMapper json;
    private final DecisionWriter writer = new DecisionWriter();

    DecisionResource(Decider decider, ObjectMapper json) {
        this.decider = decider;
        this.json = json;
    }

    @POST
    @Path("/decisions")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @NonBlocking
    @Operation(operationId = "decide", summary = "May this be submitted, how far, and why")
    @RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = DecisionRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "decided",
            content = @Content(schema = @Schema(implementation = DecisionResponse.class)))
    @APIResponse(
            responseCode = "400",
            description = "a fault, each with its pointer",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class)))
    @APIResponse(responseCode = "404", description = "there is no such revision")
    public Uni<byte[]> decide(byte[] body) {
        DecisionQuestion question = DecisionReader.one(body);
        return question.explain
                ? Decider.onWorker(() -> explain(question))
                : decider.answer(
                        question.asOf,
                        question.at,
                        List.of(),
                        epochs -> writer.one(question, epochs));
    }

    @POST
    @Path("/decisions:batch")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @NonBlocking
    @Operation(operationId = "decideBatch", summary = "Up to 10,000 decisions under one revision")
    @RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = DecisionBatchRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "decided, every one",
            content = @Content(schema = @Schema(implementation = DecisionBatchResponse.class)))
    @APIResponse(
            responseCode = "400",
            description = "the faults of every question, each with its pointer; none is decided",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class)))
    @APIResponse(responseCode = "404", description = "there is no such revision")
    public Uni<byte[]> decideBatch(byte[] body) {
        return body != null && body.length > LARGE_BODY
                ? Decider.onWorker(() -> DecisionReader.batch(body)).chain(this::answer)
                : answer(DecisionReader.batch(body));
    }

    private Uni<byte[]> answer(DecisionReader.Batch batch) {
        return decider.answer(
                batch.asOf(),
                batch.at(),
                batch.questions(),
                epochs -> writer.batch(batch.questions(), epochs));
    }

    private byte[] explain(DecisionQuestion question) {
        Epochs epochs = decider.epochs(question.asOf, question.at);
        DecisionWriter.check(question, epochs);
        Explanation explanation =
                epochs.snapshot()
                        .evaluator()
                        .explain(
                                new Submission(
                                        Address.parse(question.address),
                                        question.account,
                                        question.computer,
                                        question.server,
                                        question.port,
                                        epochs.at()));
        List<Explanation.EntryTrial> trials = explanation.trials();
        int shown = Math.min(SHOWN_TRIALS, trials.size());
        return write(
                new DecisionResponse(
                        explanation.decision().tier().word(),
                        explanation.decision().grant(),
                        explanation.decision().block(),
                        epochs.snapshot().revision().number(),
                        epochs.at(),
                        trials.subList(0, shown).stream()
                                .map(
                                        t ->
                                                new TrialResponse(
                                                        t.kind(), t.key(), t.matched(), t.why()))
                                .toList(),
                        trials.size() - shown,
                        explanation.notes()));
    }

    private byte[] write(DecisionResponse response) {
        try {
            return json.writeValueAsBytes(response);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answers are plain data", e);
        }
    }
}
