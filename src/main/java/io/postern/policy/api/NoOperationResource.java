package io.postern.policy.api;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
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
    private static final byte[] ONE =
            JsonText.utf8(
                    "{\"tier\":\"internal\",\"grant\":\"grant-00000\",\"block\":null,\"revision\":1,"
                            + "\"at\":\"2027-01-01T00:00:00Z\",\"notes\":[]}");
    private static final byte[] BEGIN =
            JsonText.utf8("{\"revision\":1,\"at\":\"2027-01-01T00:00:00Z\",\"decisions\":[");
    private static final byte[] DECISION =
            JsonText.utf8("{\"tier\":\"internal\",\"grant\":\"grant-00000\",\"block\":null}");
    private static final byte[] COMMA = JsonText.utf8(",");
    private static final byte[] END = JsonText.utf8("]}");

    private static final byte[] STORED_BATCH = answers(1_000);

    /** Takes the body, reads nothing of it, gives a stored answer. */
    @POST
    @Path("/no-op")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public byte[] one(byte[] body) {
        return ONE;
    }

    /** Reads a batch as a batch of decisions is read, and writes as many constant answers. */
    @POST
    @Path("/no-op-batch")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public byte[] batch(byte[] body) {
        return answers(DecisionReader.batch(body).questions().size());
    }

    /** Takes the body, reads nothing of it, gives a stored answer to 1,000 questions. */
    @POST
    @Path("/no-op-stored-batch")
    @RolesAllowed({"reader", "author", "approver", "operator", "admin"})
    @NonBlocking
    @Operation(hidden = true)
    public byte[] storedBatch(byte[] body) {
        return STORED_BATCH;
    }

    private static byte[] answers(int count) {
        JsonText json = new JsonText((DECISION.length + 1) * count + BEGIN.length + END.length);
        json.add(BEGIN);
        for (int i = 0; i < count; i++) {
            (i == 0 ? json : json.add(COMMA)).add(DECISION);
        }
        return json.add(END).toBytes();
    }
}
