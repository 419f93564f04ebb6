package io.postern.fleet.api;

import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixParameters;
import io.postern.enforcement.postfix.PostfixService;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A Postfix as an agent read it back. */
@Schema(name = "ReportedPostfix")
public record PostfixReport(
        @Schema(description = "where our tables lie or would lie")
                @NotNull
                @Size(min = 1, max = 1024)
                String tableDirectory,
        @NotNull @Valid Held held,
        @Schema(description = "what of ours is otherwise than we write it, sentences")
                @NotNull
                @Size(max = 100)
                List<@NotNull @Size(max = 2000) String> deviations,
        @NotNull @Valid Parameters set,
        @Schema(
                        description =
                                "values in force of the parameters that say who may submit or relay,"
                                        + " by name")
                @NotNull
                @Size(max = 100)
                Map<@NotNull @Size(min = 1, max = 128) String, @NotNull @Size(max = 100_000) String>
                        effective,
        @NotNull @Size(max = 200) List<@NotNull @Valid Service> services,
        boolean isRunning,
        @NotNull @Size(max = 100) List<@NotNull @Size(max = 2000) String> notes) {
    /** What of ours is there. */
    @Schema(name = "ReportedPostfixTables")
    public record Held(
            boolean isKept,
            @NotNull @Valid Parameters found,
            @NotNull @Size(max = NftablesReport.MAX_RANGES)
                    List<@NotNull @Size(max = 96) String> clients,
            @NotNull @Size(max = NftablesReport.MAX_RANGES)
                    List<@NotNull @Size(max = 96) String> relay) {}

    /** Values in main.cf; absent = not set there. */
    @Schema(name = "ReportedPostfixParameters")
    public record Parameters(
            @Size(max = 100_000) String clientRestrictions,
            @Size(max = 100_000) String relayRestrictions) {
        private PostfixParameters data() {
            return new PostfixParameters(clientRestrictions, relayRestrictions);
        }
    }

    /** A service that takes mail connections. */
    @Schema(name = "ReportedPostfixService")
    public record Service(
            @NotNull @Size(min = 1, max = 256) String name,
            @NotNull @Size(min = 1, max = 32) String type,
            @NotNull @Size(min = 1, max = 256) String command,
            @NotNull @Size(max = 100)
                    Map<
                                    @NotNull @Size(min = 1, max = 128) String,
                                    @NotNull @Size(max = 100_000) String>
                            overrides) {}

    /**
     * What it means.
     *
     * @throws DomainException naming what no such report can say
     */
    ObservedPostfix observed() {
        try {
            return new ObservedPostfix(
                    tableDirectory,
                    new PostfixState(
                            held.isKept(), held.found().data(), held.clients(), held.relay()),
                    deviations,
                    set.data(),
                    effective,
                    services.stream()
                            .map(
                                    one ->
                                            new PostfixService(
                                                    one.name(),
                                                    one.type(),
                                                    one.command(),
                                                    one.overrides()))
                            .toList(),
                    isRunning,
                    notes);
        } catch (IllegalArgumentException e) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    e.getMessage(),
                    List.of(new DomainException.Fault("/postfix", e.getMessage())));
        }
    }
}
