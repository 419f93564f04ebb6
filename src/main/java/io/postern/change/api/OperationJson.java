package io.postern.change.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.EntryKind;
import io.postern.policy.Operation;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One proposed edit of the policy.
 *
 * @param action put or remove
 * @param kind the section of a policy file that the entry belongs to
 * @param key the entry's key within its kind
 * @param entry the whole entry as in a policy file; only with put
 */
@Schema(name = "Operation")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationJson(
        @NotNull @Pattern(regexp = "put|remove", message = "put or remove") String action,
        @NotNull
                @Pattern(
                        regexp =
                                "acceptedDomains|servers|protectedSources|principals|addressSets|grants|blocks|assertions|guardrails",
                        message =
                                "acceptedDomains, servers, protectedSources, principals, addressSets, grants, blocks, assertions or guardrails")
                String kind,
        @NotNull @Size(min = 1, max = 256) String key,
        @Schema(
                        description =
                                "as in a policy file: an object; an array for an address set, a string for an accepted domain")
                Object entry) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Operation> read(List<OperationJson> sent) {
        List<DomainException.Fault> faults = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            OperationJson operation = sent.get(i);
            boolean put = operation.action().equals("put");
            boolean hasEntry = operation.entry() != null;
            if (put != hasEntry) {
                faults.add(
                        new DomainException.Fault(
                                "/operations/" + i + "/entry",
                                put ? "put needs the whole entry" : "remove takes no entry"));
            } else {
                operations.add(
                        new Operation(
                                put ? Operation.Action.PUT : Operation.Action.REMOVE,
                                EntryKind.ofSection(operation.kind()),
                                operation.key(),
                                put ? json(operation.entry()) : null));
            }
        }
        if (!faults.isEmpty()) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD, faults.size() + " operation(s) not valid", faults);
        }
        return operations;
    }

    private static String json(Object entry) {
        try {
            return JSON.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON can be written as JSON", e);
        }
    }

    static OperationJson of(Operation operation) {
        try {
            return new OperationJson(
                    operation.action() == Operation.Action.PUT ? "put" : "remove",
                    operation.kind().section(),
                    operation.key(),
                    operation.json() == null
                            ? null
                            : JSON.readValue(operation.json(), Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored entry is JSON", e);
        }
    }
}
