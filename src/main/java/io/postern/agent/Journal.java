package io.postern.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.server.ServerLayers;
import java.util.List;

/**
 * What an agent must know of a server after being killed at any point; written before each write.
 *
 * @param activeSerial serial of the publication in force; 0 = as found
 * @param activeRevision its revision; 0 = as found
 * @param confirmed whether the one in force stays; true for as found
 * @param confirmUntilMillis wall-clock end of the confirm window; 0 = none runs
 * @param confirmWindowSeconds its length; 0 = none
 * @param applyingSerial the publication being applied; 0 = none: what was begun must be undone
 * @param previousSerial serial of the last good one, which an undo goes back to
 * @param previousRevision its revision
 * @param previous its managed connectors
 * @param previousLayers its other enforcement points; null = none was touched since
 * @param activeWithoutIdentity of the publication in force; null as in {@link ServerLayers}
 * @param activePorts whose firewall rules were kept last; null = none's, or not known
 * @param undoneSerial highest serial that was undone by itself
 * @param failedSerial highest serial that could not be applied
 * @param error what went wrong last; null = nothing
 * @param activatedMillis wall clock of the last activation; 0 = never
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Journal(
        long activeSerial,
        long activeRevision,
        boolean confirmed,
        long confirmUntilMillis,
        int confirmWindowSeconds,
        long applyingSerial,
        long previousSerial,
        long previousRevision,
        List<ConnectorData> previous,
        ServerLayers previousLayers,
        List<ConnectorData> activeWithoutIdentity,
        List<Integer> activePorts,
        long undoneSerial,
        long failedSerial,
        String error,
        long activatedMillis) {
    /** A server that nothing was ever applied to. */
    static Journal asFound(List<ConnectorData> managed) {
        return new Journal(0, 0, true, 0, 0, 0, 0, 0, managed, null, null, null, 0, 0, null, 0);
    }

    /** Whether a confirm window runs. */
    boolean isWaiting() {
        return !confirmed && applyingSerial == 0;
    }

    /** About to apply; what is good now is what an undo goes back to. */
    Journal applying(long serial, List<ConnectorData> managedNow, ServerLayers layersNow) {
        boolean good = confirmed;
        ServerLayers before =
                good || previousLayers == null
                        ? new ServerLayers(activeWithoutIdentity, null)
                        : previousLayers;
        // A layer that no unconfirmed publication has touched yet is still as it should be.
        ServerLayers back =
                new ServerLayers(
                        before.withoutIdentity(),
                        before.firewall() == null ? layersNow.firewall() : before.firewall(),
                        before.pickup() == null ? layersNow.pickup() : before.pickup(),
                        before.outlookGuard() == null
                                ? layersNow.outlookGuard()
                                : before.outlookGuard(),
                        before.nftables() == null ? layersNow.nftables() : before.nftables(),
                        before.postfix() == null ? layersNow.postfix() : before.postfix());
        return new Journal(
                activeSerial,
                activeRevision,
                confirmed,
                confirmUntilMillis,
                confirmWindowSeconds,
                serial,
                good ? activeSerial : previousSerial,
                good ? activeRevision : previousRevision,
                good ? managedNow : previous,
                back,
                activeWithoutIdentity,
                activePorts,
                undoneSerial,
                failedSerial,
                null,
                activatedMillis);
    }

    Journal applied(DesiredPublication publication, long nowMillis) {
        boolean kept = publication.confirmed() || publication.confirmWindowSeconds() == null;
        int window = kept ? 0 : publication.confirmWindowSeconds();
        return new Journal(
                publication.serial(),
                publication.revision(),
                kept,
                kept ? 0 : nowMillis + window * 1000L,
                window,
                0,
                previousSerial,
                previousRevision,
                previous,
                previousLayers,
                publication.layers().withoutIdentity(),
                ports(publication.layers()),
                undoneSerial,
                failedSerial,
                null,
                nowMillis);
    }

    private List<Integer> ports(ServerLayers layers) {
        return layers == null || layers.firewall() == null
                ? activePorts
                : layers.firewall().ports();
    }

    Journal confirmedNow() {
        return new Journal(
                activeSerial,
                activeRevision,
                true,
                0,
                0,
                0,
                previousSerial,
                previousRevision,
                previous,
                previousLayers,
                activeWithoutIdentity,
                activePorts,
                undoneSerial,
                failedSerial,
                error,
                activatedMillis);
    }

    /** Back at the previous one; what was in force and nobody had confirmed is undone with it. */
    Journal restored(long failed, String why) {
        long undone = confirmed ? 0 : activeSerial;
        return new Journal(
                previousSerial,
                previousRevision,
                true,
                0,
                0,
                0,
                previousSerial,
                previousRevision,
                previous,
                previousLayers,
                previousLayers == null ? null : previousLayers.withoutIdentity(),
                ports(previousLayers),
                Math.max(undoneSerial, undone),
                Math.max(failedSerial, failed),
                why,
                activatedMillis);
    }

    Journal withError(String why) {
        return new Journal(
                activeSerial,
                activeRevision,
                confirmed,
                confirmUntilMillis,
                confirmWindowSeconds,
                applyingSerial,
                previousSerial,
                previousRevision,
                previous,
                previousLayers,
                activeWithoutIdentity,
                activePorts,
                undoneSerial,
                failedSerial,
                why,
                activatedMillis);
    }

    /** On the way back to what was found; what was in force counts as undone. */
    Journal returning(List<ConnectorData> found, ServerLayers foundLayers) {
        long known = Math.max(activeSerial, Math.max(undoneSerial, failedSerial));
        return new Journal(
                activeSerial,
                activeRevision,
                confirmed,
                confirmUntilMillis,
                confirmWindowSeconds,
                Math.max(1, Math.max(known, applyingSerial)),
                0,
                0,
                found,
                foundLayers,
                null,
                activePorts,
                Math.max(known, applyingSerial),
                failedSerial,
                null,
                activatedMillis);
    }
}
