package io.postern.agent;

import io.postern.client.model.ReportedFolderEntry;
import io.postern.client.model.ReportedFolderShare;
import io.postern.client.model.ReportedGuardKey;
import io.postern.client.model.ReportedOutlookGuard;
import io.postern.client.model.ReportedPickup;
import io.postern.client.model.ReportedPickupDrop;
import io.postern.client.model.ReportedShareEntry;
import io.postern.enforcement.outlook.ObservedGuardKey;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.FolderShare;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.ShareEntry;
import java.time.ZoneOffset;
import java.util.List;

/** Puts a pickup folder and an object model guard that were read into the contract's words. */
final class OtherReports {
    private static final int MAX_DROPS = 100;

    private OtherReports() {}

    /** The folder, with the newest of the drops. */
    static ReportedPickup of(ObservedPickup observed, List<PickupDrop> drops) {
        return new ReportedPickup()
                .path(observed.path())
                .isDefaultPath(observed.isDefaultPath())
                .inherits(observed.inherits())
                .owner(observed.owner())
                .entries(observed.entries().stream().map(OtherReports::of).toList())
                .shares(observed.shares().stream().map(OtherReports::of).toList())
                .notes(observed.notes())
                .drops(
                        drops.stream()
                                .skip(Math.max(0, drops.size() - MAX_DROPS))
                                .map(OtherReports::of)
                                .toList());
    }

    private static ReportedFolderEntry of(FolderEntry entry) {
        return new ReportedFolderEntry()
                .sid(entry.sid())
                .account(entry.account())
                .isAllow(entry.isAllow())
                .mask(entry.mask())
                .appliesHere(entry.appliesHere())
                .appliesBelow(entry.appliesBelow())
                .isInherited(entry.isInherited());
    }

    private static ReportedFolderShare of(FolderShare share) {
        return new ReportedFolderShare()
                .name(share.name())
                .isOfFolder(share.isOfFolder())
                .entries(share.entries().stream().map(OtherReports::of).toList());
    }

    private static ReportedShareEntry of(ShareEntry entry) {
        return new ReportedShareEntry()
                .sid(entry.sid())
                .account(entry.account())
                .isAllow(entry.isAllow())
                .right(entry.right());
    }

    private static ReportedPickupDrop of(PickupDrop drop) {
        return new ReportedPickupDrop()
                .nameHash(drop.nameHash())
                .ownerSid(drop.ownerSid())
                .owner(drop.owner())
                .createdAt(drop.createdAt().atOffset(ZoneOffset.UTC));
    }

    static ReportedOutlookGuard of(ObservedOutlookGuard observed) {
        return new ReportedOutlookGuard()
                .keys(observed.keys().stream().map(OtherReports::of).toList())
                .notes(observed.notes());
    }

    private static ReportedGuardKey of(ObservedGuardKey key) {
        return new ReportedGuardKey()
                .user(key.key().user())
                .view(key.key().view() == null ? null : key.key().view().word())
                .version(key.key().version())
                .present(key.present())
                .unreadable(key.unreadable());
    }
}
