package io.postern.fleet.api;

import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.FolderShare;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.ShareEntry;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A pickup folder as an agent read it back. */
@Schema(name = "ReportedPickup")
public record PickupReport(
        @Schema(description = "absent = disabled") @Size(max = 1024) String path,
        boolean isDefaultPath,
        boolean inherits,
        @Schema(description = "SID; absent = not known") @Size(max = 184) String owner,
        @NotNull @Size(max = 2000) List<@NotNull @Valid Entry> entries,
        @NotNull @Size(max = 100) List<@NotNull @Valid Share> shares,
        @NotNull @Size(max = 100) List<@NotNull @Size(max = 2000) String> notes,
        @Schema(description = "the newest files that were seen, oldest first")
                @NotNull
                @Size(max = 100)
                List<@NotNull @Valid Drop> drops) {
    private static final String SID = "[Ss]-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}";

    /** One entry of the folder's access list. */
    @Schema(name = "ReportedFolderEntry")
    public record Entry(
            @NotNull @Pattern(regexp = SID, message = "must be a SID") String sid,
            @Size(max = 256) String account,
            boolean isAllow,
            int mask,
            boolean appliesHere,
            boolean appliesBelow,
            boolean isInherited) {}

    /** One share that leads to the folder. */
    @Schema(name = "ReportedFolderShare")
    public record Share(
            @NotNull @Size(min = 1, max = 256) String name,
            boolean isOfFolder,
            @NotNull @Size(max = 2000) List<@NotNull @Valid ShareAccess> entries) {}

    /** One entry of a share's access list. */
    @Schema(name = "ReportedShareEntry")
    public record ShareAccess(
            @NotNull @Pattern(regexp = SID, message = "must be a SID") String sid,
            @Size(max = 256) String account,
            boolean isAllow,
            @NotNull @Size(max = 32) String right) {}

    /** A file that was dropped: who owns it, never what it says. */
    @Schema(name = "ReportedPickupDrop")
    public record Drop(
            @NotNull @Pattern(regexp = "[0-9a-f]{64}", message = "must be 64 hex digits")
                    String nameHash,
            @Size(max = 184) String ownerSid,
            @Size(max = 256) String owner,
            @NotNull Instant createdAt) {}

    /** The same in the pure room's words. */
    ObservedPickup observed() {
        return new ObservedPickup(
                path,
                isDefaultPath,
                inherits,
                owner,
                entries.stream()
                        .map(
                                one ->
                                        new FolderEntry(
                                                one.sid(),
                                                one.account(),
                                                one.isAllow(),
                                                one.mask(),
                                                one.appliesHere(),
                                                one.appliesBelow(),
                                                one.isInherited()))
                        .toList(),
                shares.stream()
                        .map(
                                one ->
                                        new FolderShare(
                                                one.name(),
                                                one.isOfFolder(),
                                                one.entries().stream()
                                                        .map(
                                                                entry ->
                                                                        new ShareEntry(
                                                                                entry.sid(),
                                                                                entry.account(),
                                                                                entry.isAllow(),
                                                                                entry.right()))
                                                        .toList()))
                        .toList(),
                notes);
    }

    List<PickupDrop> dropped() {
        return drops.stream()
                .map(
                        one ->
                                new PickupDrop(
                                        one.nameHash(),
                                        one.ownerSid(),
                                        one.owner(),
                                        one.createdAt()))
                .toList();
    }
}
