package io.postern.audit.api;

import io.postern.audit.AuditEvent;
import io.postern.audit.AuditTrail;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The trail, to read and to verify elsewhere. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/audit-events")
@Tag(name = "audit")
public class AuditResource {
    /** One record; how it is hashed is in {@link io.postern.audit.AuditChain}. */
    @Schema(name = "AuditEvent")
    public record AuditEventResponse(
            long seq,
            Instant at,
            String actor,
            String action,
            String subjectKind,
            String subjectId,
            @Schema(description = "the text that was hashed, a JSON object") String details,
            String previousHash,
            String hash) {}

    private final AuditTrail audit;

    AuditResource(AuditTrail audit) {
        this.audit = audit;
    }

    @GET
    @RolesAllowed({"reader", "admin"})
    @Operation(operationId = "listAuditEvents", summary = "Records after a position, in order")
    public List<AuditEventResponse> list(
            @QueryParam("after") @DefaultValue("0") @PositiveOrZero long after,
            @QueryParam("pageSize") @DefaultValue("50") @Min(1) @Max(1000) int pageSize) {
        return audit.after(after, pageSize).stream().map(AuditResource::response).toList();
    }

    private static AuditEventResponse response(AuditEvent event) {
        return new AuditEventResponse(
                event.seq(),
                event.at(),
                event.actor(),
                event.action(),
                event.subjectKind(),
                event.subjectId(),
                event.details(),
                event.previousHash(),
                event.hash());
    }
}
