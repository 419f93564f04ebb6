package io.postern.fleet;

/**
 * A server for people to look at.
 *
 * @param ring its label; null = none
 * @param mode word of its mode; null = the newest policy does not know it
 * @param agent null = none serves it
 * @param desired newest publication; null = none yet
 * @param report newest report; null = none yet
 */
public record ServerOverview(
        String name,
        String ring,
        String mode,
        String agent,
        Publication desired,
        ServerReport report) {
    /** Whether the agent reports exactly what was published; false while nothing is known. */
    public boolean inSync() {
        return desired != null
                && report != null
                && report.activeSerial() == desired.serial()
                && desired.digest().equals(report.activeDigest());
    }
}
