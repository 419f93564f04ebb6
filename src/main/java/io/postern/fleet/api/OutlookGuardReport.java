package io.postern.fleet.api;

import io.postern.enforcement.outlook.GuardKey;
import io.postern.enforcement.outlook.ObservedGuardKey;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The object model guard of a machine as an agent read it back. */
@Schema(name = "ReportedOutlookGuard")
public record OutlookGuardReport(
        @NotNull @Size(max = 2000) List<@NotNull @Valid Key> keys,
        @NotNull @Size(max = 100) List<@NotNull @Size(max = 2000) String> notes) {
    /** One registry key. */
    @Schema(name = "ReportedGuardKey")
    public record Key(
            @Schema(description = "SID of the user; absent = the machine's") @Size(max = 184)
                    String user,
            @Schema(description = "view of the machine's registry; absent = a user's")
                    @Size(max = 32)
                    String view,
            @NotNull @Size(max = 8) String version,
            @NotNull @Size(max = 32) Map<@Size(max = 64) String, @NotNull Integer> present,
            @NotNull @Size(max = 32) List<@NotNull @Size(max = 64) String> unreadable) {}

    /**
     * The same in the pure room's words.
     *
     * @throws DomainException with a pointer where a word is not one of those allowed
     */
    ObservedOutlookGuard observed() {
        try {
            return new ObservedOutlookGuard(
                    keys.stream()
                            .map(
                                    one ->
                                            new ObservedGuardKey(
                                                    new GuardKey(
                                                            one.user(),
                                                            one.view() == null
                                                                    ? null
                                                                    : GuardKey.View.ofWord(
                                                                            one.view()),
                                                            one.version()),
                                                    one.present(),
                                                    one.unreadable()))
                            .toList(),
                    notes);
        } catch (IllegalArgumentException e) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    e.getMessage(),
                    List.of(new DomainException.Fault("/outlookGuard", e.getMessage())));
        }
    }
}
