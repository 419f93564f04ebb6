package io.postern.fleet.api;

import io.postern.enforcement.Fidelity;
import io.postern.policy.Region;
import io.postern.policy.Submission;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A region in the shape that {@code diff} and analyses have, with what causes it and what would
 * remove it. Before = the policy, after = let through.
 */
@Schema(name = "FidelityRegion")
public record FidelityRegionResponse(
        @Schema(
                        description =
                                "OPENS or RAISES = more than the policy says is let through, CLOSES"
                                        + " or LOWERS = less")
                String direction,
        List<String> servers,
        List<Integer> ports,
        List<String> accounts,
        List<String> computers,
        List<String> addresses,
        @Schema(description = "a decimal number") String addressCount,
        Instant from,
        Instant until,
        @Schema(description = "tier that the policy gives") String before,
        @Schema(description = "tier that is let through") String after,
        WitnessResponse witness,
        BecauseResponse because,
        @Schema(description = "exchange, accepted-domain or forwarding") String layer,
        @Schema(description = "for people: what would remove it") String remedy) {
    /** One submission inside; account and computer null = none proven. */
    @Schema(name = "FidelityWitness")
    public record WitnessResponse(
            String address, String account, String computer, String server, int port, Instant at) {}

    /** The entry of the policy and the connector that decide; null = none. */
    @Schema(name = "FidelityBecause")
    public record BecauseResponse(String before, String after) {}

    static FidelityRegionResponse of(Fidelity.Found found) {
        Region region = found.region();
        Submission witness = region.witness();
        return new FidelityRegionResponse(
                region.direction().name(),
                region.servers(),
                region.ports(),
                region.accounts(),
                region.computers(),
                region.addresses().texts(),
                region.addressCount().toString(),
                region.from(),
                region.until(),
                region.before().word(),
                region.after().word(),
                new WitnessResponse(
                        witness.address().toString(),
                        witness.account(),
                        witness.computer(),
                        witness.server(),
                        witness.port(),
                        witness.at()),
                new BecauseResponse(region.because().before(), region.because().after()),
                found.layer(),
                found.remedy());
    }
}
