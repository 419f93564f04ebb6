package io.postern.policy.api;

import io.postern.policy.PolicyEntry;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Revisions, and the policy as a file. */
@Path("/api/v1")
@Tag(name = "policy")
public class PolicyResource {
    private static final int LIST_LIMIT = 100;
    private static final String YAML = "application/yaml";
    private static final String JSON_SCHEMA = "application/schema+json";
    private static final String SCHEMA_FILE = "/openapi/policy.schema.json";
    private static final MediaType YAML_TYPE = new MediaType("application", "yaml");

    // The roles' words stand here again: the room of accounts lies above this one.
    private static final String READER = "reader";
    private static final String AUTHOR = "author";
    private static final String APPROVER = "approver";
    private static final String OPERATOR = "operator";
    private static final String ADMIN = "admin";

    /** A revision without its entries. */
    @Schema(name = "Revision")
    public record RevisionResponse(
            long number,
            String hash,
            String parentHash,
            Instant createdAt,
            String author,
            String note,
            Long changeRequestId) {}

    private final Revisions revisions;

    PolicyResource(Revisions revisions) {
        this.revisions = revisions;
    }

    @GET
    @Path("/policy")
    @Produces({YAML, MediaType.APPLICATION_JSON})
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(
            operationId = "getPolicy",
            summary =
                    "A revision as a policy file, YAML or JSON as Accept asks; the newest unless"
                            + " stated")
    @APIResponse(
            responseCode = "200",
            description = "the canonical policy file",
            headers =
                    @Header(
                            name = "ETag",
                            description = "the revision's hash; .json after it for JSON",
                            schema = @Schema(implementation = String.class)),
            content = {
                @Content(mediaType = YAML, schema = @Schema(implementation = String.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = Object.class))
            })
    @APIResponse(responseCode = "304", description = "If-None-Match names what it is still")
    @APIResponse(responseCode = "404", description = "there is no such revision")
    public Response policy(
            @QueryParam("revision") @PositiveOrZero Long number, @Context Request request) {
        Revision revision =
                number == null
                        ? revisions.head()
                        : revisions.find(number).orElseThrow(() -> noRevision(number));
        boolean asJson = isJsonWanted(request);
        EntityTag tag = new EntityTag(revision.hash() + (asJson ? ".json" : ""));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        if (unchanged != null) {
            return unchanged.tag(tag).header(HttpHeaders.VARY, HttpHeaders.ACCEPT).build();
        }
        List<PolicyEntry> entries = revisions.entries(revision.number());
        return Response.ok(
                        asJson
                                ? PolicyJson.write(entries)
                                : PolicyDocument.ofEntries(entries).toYaml())
                .type(asJson ? MediaType.APPLICATION_JSON_TYPE : YAML_TYPE)
                .tag(tag)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    private static boolean isJsonWanted(Request request) {
        Variant chosen =
                request.selectVariant(
                        Variant.mediaTypes(YAML_TYPE, MediaType.APPLICATION_JSON_TYPE).build());
        return chosen != null
                && MediaType.APPLICATION_JSON_TYPE.isCompatible(chosen.getMediaType());
    }

    @GET
    @Path("/policy-schema")
    @Produces(JSON_SCHEMA)
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(
            operationId = "getPolicySchema",
            summary = "The JSON Schema of policy files, for editors")
    @APIResponse(
            responseCode = "200",
            description = "JSON Schema",
            content = @Content(schema = @Schema(implementation = Object.class)))
    public String schema() {
        try (InputStream file = PolicyResource.class.getResourceAsStream(SCHEMA_FILE)) {
            if (file == null) {
                throw new IllegalStateException("the build packages " + SCHEMA_FILE);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @GET
    @Path("/revisions")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "listRevisions", summary = "The newest 100 revisions")
    public List<RevisionResponse> list() {
        return revisions.before(Long.MAX_VALUE, LIST_LIMIT).stream()
                .map(PolicyResource::response)
                .toList();
    }

    @GET
    @Path("/revisions/{number}")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "getRevision")
    public RevisionResponse get(@PathParam("number") long number) {
        return revisions
                .find(number)
                .map(PolicyResource::response)
                .orElseThrow(() -> noRevision(number));
    }

    private static DomainException noRevision(long number) {
        return new DomainException(ErrorCode.NOT_FOUND, "there is no revision " + number);
    }

    private static RevisionResponse response(Revision revision) {
        return new RevisionResponse(
                revision.number(),
                revision.hash(),
                revision.parentHash(),
                revision.createdAt(),
                revision.author(),
                revision.note(),
                revision.changeId());
    }
}
