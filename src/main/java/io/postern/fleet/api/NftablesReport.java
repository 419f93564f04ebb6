package io.postern.fleet.api;

import io.postern.enforcement.nftables.DropCounter;
import io.postern.enforcement.nftables.ForeignRule;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The nftables rule set of a host, as far as it bears on a server's ports, as read back. */
@Schema(name = "ReportedNftables")
public record NftablesReport(
        @Schema(description = "name of our table, of the family inet")
                @NotNull
                @Size(min = 1, max = 128)
                String table,
        @Schema(description = "where our table belongs: on the server itself, or on a gateway")
                @NotNull
                NftablesHook hook,
        @NotNull @Valid Held held,
        @Schema(description = "what in our table is otherwise than anything we write, sentences")
                @NotNull
                @Size(max = 100)
                List<@NotNull @Size(max = 2000) String> deviations,
        @NotNull @Size(max = 1000) List<@NotNull @Valid Foreign> foreign,
        @NotNull @Size(max = 200) List<@NotNull @Valid Counter> counters,
        @NotNull @Size(max = 100) List<@NotNull @Size(max = 2000) String> notes) {
    static final int MAX_RANGES = 200_000;
    private static final int MAX_PORTS = 64;

    /** What of our table is as we write it. */
    @Schema(name = "ReportedNftablesTable")
    public record Held(
            @Schema(description = "absent = there is no table of ours") NftablesHook hook,
            @Schema(description = "the server's addresses; empty = every local address")
                    @NotNull
                    @Size(max = MAX_RANGES)
                    List<@NotNull @Size(max = 96) String> addresses,
            @NotNull @Size(max = MAX_PORTS) List<@NotNull @Valid Opening> openings) {}

    /** Ports that the same addresses reach. */
    @Schema(name = "ReportedNftablesOpening")
    public record Opening(
            @NotNull @Size(min = 1, max = MAX_PORTS)
                    List<@NotNull @Min(1) @Max(65535) Integer> ports,
            @NotNull @Size(max = MAX_RANGES) List<@NotNull @Size(max = 96) String> allowed) {}

    /** What a rule does to the first packet of a connection. */
    @Schema(name = "NftablesRuleEffect")
    public enum RuleEffect {
        DROPS,
        REDIRECTS,
        ACCEPTS
    }

    /** What another table does to the ports. */
    @Schema(name = "ReportedNftablesRule")
    public record Foreign(
            @NotNull @Size(min = 1, max = 256) String table,
            @NotNull @Size(min = 1, max = 256) String chain,
            @PositiveOrZero long handle,
            @NotNull RuleEffect effect,
            @NotNull @Size(max = MAX_PORTS) List<@NotNull @Min(1) @Max(65535) Integer> ports,
            @NotNull @Size(max = MAX_RANGES) List<@NotNull @Size(max = 96) String> addresses,
            boolean isSure,
            @NotNull @Size(max = 2000) String text) {}

    /** What one of our rules has dropped since it was written. */
    @Schema(name = "ReportedDropCounter")
    public record Counter(
            @NotNull @Size(max = MAX_PORTS) List<@NotNull @Min(1) @Max(65535) Integer> ports,
            @NotNull @Pattern(regexp = "ipv4|ipv6", message = "must be ipv4 or ipv6") String family,
            @PositiveOrZero long packets,
            @PositiveOrZero long bytes) {}

    /**
     * What it means.
     *
     * @throws DomainException naming what no such report can say
     */
    ObservedNftables observed() {
        try {
            return new ObservedNftables(
                    table,
                    hook,
                    new NftablesState(
                            held.hook(),
                            held.addresses(),
                            held.openings().stream()
                                    .map(
                                            one ->
                                                    new NftablesState.Opening(
                                                            one.ports(), one.allowed()))
                                    .toList()),
                    deviations,
                    foreign.stream()
                            .map(
                                    one ->
                                            new ForeignRule(
                                                    one.table(),
                                                    one.chain(),
                                                    one.handle(),
                                                    ForeignRule.Effect.valueOf(one.effect().name()),
                                                    one.ports(),
                                                    one.addresses(),
                                                    one.isSure(),
                                                    one.text()))
                            .toList(),
                    counters.stream()
                            .map(
                                    one ->
                                            new DropCounter(
                                                    one.ports(),
                                                    one.family(),
                                                    one.packets(),
                                                    one.bytes()))
                            .toList(),
                    notes);
        } catch (IllegalArgumentException e) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    e.getMessage(),
                    List.of(new DomainException.Fault("/nftables", e.getMessage())));
        }
    }
}
