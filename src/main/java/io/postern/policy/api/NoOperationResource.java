package io.postern.policy.api;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What decisions are measured against: endpoints with the same bodies, authentication and answers
 * that decide nothing. Only in an artifact built with {@code -Dpostern.benchmark.noop=true}.
 */
@Path("/api/v1/benchmark")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@IfBuildProperty(name = "postern.benchmark.noop", stringValue = "true")
public class NoOperationResource {
    private static final Instant AT = Instant.parse("2027-01-01T00:00:00Z");
    private static final DecisionResource.DecisionResponse ONE =
            new DecisionResource.DecisionResponse(
                    "internal", "grant-00000", null, 1, AT, null, null, List.of());
    private static final DecisionResource.BatchDecision DECISION =
            new DecisionResource.BatchDecision("internal", "grant-00000", null);
    private static final byte[] STORED =
            JsonText.utf8(
                    "{\"tier\":\"internal\",\"grant\":\"grant-00000\",\"block\":null,\"revision\":1,"
                            + "\"at\":\"2027-01-01T00:00:00Z\",\"notes\":[]}");

    /** One question as the framework reads it, one answer as it writes it. */
    @POST
    @Path("/no-op")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public DecisionResource.DecisionResponse one(DecisionResource.DecisionRequest request) {
        return ONE;
    }

    /** A batch as the framework reads it, as many equal answers as it writes them. */
    @POST
    @Path("/no-op-batch")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public DecisionResource.DecisionBatchResponse batch(
            DecisionResource.DecisionBatchRequest batch) {
        return new DecisionResource.DecisionBatchResponse(
                1, AT, Collections.nCopies(batch.requests().size(), DECISION));
    }

    /** Takes the body, reads nothing of it, gives a stored answer: the limit. */
    @POST
    @Path("/stored")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public byte[] stored(byte[] body) {
        return STORED;
    }
}
