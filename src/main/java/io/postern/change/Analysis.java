package io.postern.change;

import java.time.Instant;
import java.util.List;

/**
 * What a change request would do, as plain data.
 *
 * @param at the instant it was computed for
 * @param regions every region of the impact
 * @param unknowns where group memberships that are not known could matter, a sentence each
 * @param proof whether the change does what its entries say, and what else; null = analysed by an
 *     earlier version
 * @param findings of guardrails, assertions and lint
 * @param servers what it means for each server
 * @param hash what an approval binds to: operations, base, regions without witness times,
 *     desired-state digests
 */
public record Analysis(
        Instant at,
        List<AnalysedRegion> regions,
        List<String> unknowns,
        AnalysedProof proof,
        List<AnalysedFinding> findings,
        List<AnalysedServer> servers,
        String hash) {
    public Analysis {
        regions = List.copyOf(regions);
        unknowns = List.copyOf(unknowns);
        findings = List.copyOf(findings);
        servers = List.copyOf(servers);
    }

    /** Region as in the JSON of {@code diff}; addressCount is a decimal number. */
    public record AnalysedRegion(
            String direction,
            List<String> servers,
            List<Integer> ports,
            List<String> accounts,
            List<String> computers,
            List<String> addresses,
            String addressCount,
            Instant from,
            Instant until,
            String before,
            String after,
            Witness witness,
            Because because) {}

    /**
     * The three-step proof.
     *
     * @param verdict one line
     * @param known whether it was worked out; false = too many entries are edited
     * @param achieved whether every intention holds after the change
     * @param steps one for each intention of an edited entry
     * @param collateral what changes where no edited entry applies
     */
    public record AnalysedProof(
            String verdict,
            boolean known,
            boolean achieved,
            List<AnalysedStep> steps,
            List<AnalysedRegion> collateral) {
        public AnalysedProof {
            steps = List.copyOf(steps);
            collateral = List.copyOf(collateral);
        }
    }

    /**
     * One intention.
     *
     * @param intent gives, takes, blocks or lifts
     * @param tier of the grant; none for a block
     * @param alreadyTrue none, part or whole: how much of it held before
     * @param achieved none, part or whole: how much of it holds after
     * @param missing where it does not hold after, a sentence each
     */
    public record AnalysedStep(
            String intent,
            String entry,
            String tier,
            String alreadyTrue,
            String achieved,
            List<String> missing) {
        public AnalysedStep {
            missing = List.copyOf(missing);
        }
    }

    /** One submission inside a region; account and computer null = none proven. */
    public record Witness(
            String address, String account, String computer, String server, int port, Instant at) {}

    /** Deciding entries on both sides; null = none. */
    public record Because(String before, String after) {}

    /**
     * @param level advisory, soft or hard; entry null = the whole policy
     */
    public record AnalysedFinding(
            String level, String rule, String entry, String message, String remedy) {}

    /**
     * One server.
     *
     * @param digest of the desired state; null = it cannot be compiled yet, {@code note} says why
     * @param steps what its agent will do, a sentence each
     * @param unsupported entries that its enforcement points cannot express, a sentence each
     * @param note null = nothing to say
     */
    public record AnalysedServer(
            String server,
            String ring,
            String digest,
            List<String> steps,
            List<String> unsupported,
            Coverage coverage,
            String note) {}

    /**
     * How much of the impact on the server probes can show now; counts of addresses are decimal
     * numbers. An analysis of an earlier version knows neither equivalence nor what is left out.
     *
     * @param equivalentRegions regions without a probe that have one like them with a probe
     * @param uncovered why the others have none, a sentence each
     * @param later regions that do not hold now and count nowhere here, a sentence each
     * @param leftOut what the probes do not ask besides, a sentence each
     */
    public record Coverage(
            int probes,
            int regions,
            int coveredRegions,
            int equivalentRegions,
            String addresses,
            String coveredAddresses,
            String equivalentAddresses,
            List<String> uncovered,
            List<String> later,
            List<String> leftOut) {
        public Coverage {
            equivalentAddresses = equivalentAddresses == null ? "0" : equivalentAddresses;
            uncovered = List.copyOf(uncovered);
            later = later == null ? List.of() : List.copyOf(later);
            leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
        }

        /** The share of regions that have a probe inside, 0 to 100. */
        public int coveredShare() {
            return share(coveredRegions);
        }

        /** The share of regions that have a probe or one like them, 0 to 100. */
        public int shownShare() {
            return share(coveredRegions + equivalentRegions);
        }

        private int share(int part) {
            return regions == 0 ? 0 : part * 100 / regions;
        }

        /** The share of regions that are covered by equivalence alone, 0 to 100. */
        public int equivalentShare() {
            return shownShare() - coveredShare();
        }

        /** How many regions nothing shows. */
        public int uncoveredRegions() {
            return regions - coveredRegions - equivalentRegions;
        }
    }

    /** How many regions have that direction. */
    public long count(String direction) {
        return regions.stream().filter(region -> region.direction().equals(direction)).count();
    }

    /** Whether a hard finding refuses it. */
    public boolean isRefused() {
        return findings.stream().anyMatch(finding -> finding.level().equals("hard"));
    }

    /** One line: what it does, for people. */
    public String verdict() {
        return "opens "
                + count("OPENS")
                + ", closes "
                + count("CLOSES")
                + ", raises "
                + count("RAISES")
                + ", lowers "
                + count("LOWERS")
                + " region(s); "
                + findings.stream().filter(f -> f.level().equals("hard")).count()
                + " hard finding(s)";
    }
}
