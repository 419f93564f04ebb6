package io.postern.web;

import io.postern.fleet.ServerReport;
import io.postern.probe.Coverage;
import io.postern.probe.Probe;
import io.postern.rollout.Promotion;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutOptions;
import io.postern.rollout.RolloutState;
import io.postern.rollout.ServerTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Everything the page of a rollout shows.
 *
 * @param title of its change request
 * @param verdict one sentence
 * @param undone probes after it was put back; without rows = none
 */
public record RolloutView(
        Rollout rollout,
        String title,
        String verdict,
        List<RingBox> rings,
        ProbeMatrix probes,
        ProbeMatrix undone,
        List<Timeline.Step> timeline,
        RolloutOffers offers) {
    /** What the probes that prove an undoing are filed under. */
    private static final String ROLLBACK_RING = "rollback";

    /**
     * One ring.
     *
     * @param since null = not begun
     * @param coverage null = not planned yet
     * @param waitsFor why it waits for a promotion; null = it does not
     */
    public record RingBox(
            String name,
            Badge badge,
            Instant since,
            List<TargetRow> targets,
            ProbeMatrix.Counts probes,
            Coverage coverage,
            String waitsFor) {
        public long getReady() {
            return targets.stream().filter(TargetRow::inSync).count();
        }

        /** Servers that were pushed to and are not active yet. */
        public long getInFlight() {
            return targets.stream().filter(TargetRow::inFlight).count();
        }

        /** How much of the change its probes show, in words; null = not planned yet. */
        public String getShows() {
            return coverage == null
                    ? null
                    : (coverage.coveredRegions() + coverage.equivalentRegions())
                            + " of "
                            + coverage.regions()
                            + " region(s) of the change, "
                            + coverage.percent()
                            + " %";
        }
    }

    /**
     * One server.
     *
     * @param desired revision it should hold; null = nothing was published to it yet
     * @param live revision it holds by its own report; null = it never reported
     * @param inSync whether it holds what was published last in this rollout
     * @param inFlight whether it was pushed to and does not hold it yet
     * @param confirmUntil null = no confirm window runs
     */
    public record TargetRow(
            String server,
            String ring,
            String agent,
            Long desired,
            long serial,
            Long live,
            long liveSerial,
            boolean inSync,
            boolean inFlight,
            Badge badge,
            Instant confirmUntil,
            Instant reportedAt,
            String error) {}

    static RolloutView of(
            Rollout rollout,
            String title,
            List<Probe> probes,
            Function<String, ServerReport> reports,
            List<Timeline.Step> timeline,
            RolloutOffers offers) {
        List<Probe> forward =
                probes.stream().filter(probe -> !probe.ring().equals(ROLLBACK_RING)).toList();
        List<Probe> back =
                probes.stream().filter(probe -> probe.ring().equals(ROLLBACK_RING)).toList();
        return new RolloutView(
                rollout,
                title,
                verdict(rollout),
                rollout.rings().stream().map(ring -> box(rollout, ring, forward, reports)).toList(),
                ProbeMatrix.of(forward),
                ProbeMatrix.of(back),
                timeline,
                offers);
    }

    private static RingBox box(
            Rollout rollout,
            Ring ring,
            List<Probe> probes,
            Function<String, ServerReport> reports) {
        return new RingBox(
                ring.name(),
                Badge.of(ring.state()),
                ring.since(),
                ring.targets().stream()
                        .map(target -> row(rollout, ring, target, reports.apply(target.server())))
                        .toList(),
                ProbeMatrix.Counts.of(
                        probes.stream().filter(p -> p.ring().equals(ring.name())).toList()),
                ring.coverage(),
                waitsFor(rollout, ring));
    }

    private static String waitsFor(Rollout rollout, Ring ring) {
        if (ring.state() != RingState.AWAITING_PROMOTION) {
            return null;
        }
        if (ring.judged().isEmpty()) {
            return "every server of it was skipped";
        }
        boolean isTooLittle =
                ring.coverage() != null
                        && ring.coverage().coveredRegions() > 0
                        && ring.coverage().percent() < rollout.options().minimumCoveragePercent();
        return isTooLittle
                ? "its probes passed, but show only "
                        + ring.coverage().percent()
                        + " % of the change, and "
                        + rollout.options().minimumCoveragePercent()
                        + " % are demanded"
                : "no probe of the change is possible there";
    }

    private static TargetRow row(
            Rollout rollout, Ring ring, ServerTarget target, ServerReport report) {
        boolean back = target.rollbackSerial() > 0;
        long serial = back ? target.rollbackSerial() : target.serial();
        String digest = back ? target.rollbackDigest() : target.digest();
        boolean holds =
                serial > 0
                        && report != null
                        && report.activeSerial() >= serial
                        && digest.equals(report.activeDigest());
        Long desired = serial == 0 ? null : back ? rollout.authorityRevision() : rollout.revision();
        return new TargetRow(
                target.server(),
                ring.name(),
                report == null ? null : report.agent(),
                desired,
                serial,
                report == null ? null : report.activeRevision(),
                report == null ? 0 : report.activeSerial(),
                holds,
                serial > 0 && !holds && !back,
                badge(ring, target, report, holds),
                report == null ? null : report.confirmUntil(),
                report == null ? null : report.reportedAt(),
                report == null ? null : report.error());
    }

    private static Badge badge(Ring ring, ServerTarget target, ServerReport report, boolean holds) {
        if (target.isSkipped() && (!target.isTouched() || holds)) {
            return Badge.warn("Skipped");
        }
        if (!target.isTouched()) {
            return Badge.quiet("Waiting");
        }
        if (report == null) {
            return Badge.warn("Silent");
        }
        if (target.rollbackSerial() > 0) {
            return holds ? new Badge("warn", "↩", "Put back") : Badge.busy("Being put back");
        }
        if (report.failedSerial() >= target.serial()) {
            return Badge.bad("Could not apply");
        }
        if (report.undoneSerial() >= target.serial()) {
            return new Badge("bad", "↩", "Undone by its agent");
        }
        if (ring.isConfirmed()) {
            return Badge.good("Confirmed");
        }
        return holds ? Badge.good("Active, unconfirmed") : Badge.busy("Applying");
    }

    private static String verdict(Rollout rollout) {
        String reason = rollout.reason() == null ? "" : ": " + rollout.reason();
        return switch (rollout.state()) {
            case RUNNING -> "Revision " + rollout.revision() + " " + running(rollout);
            case PAUSED -> "Paused" + reason + ". What agents hold unconfirmed they undo in time";
            case ROLLING_BACK -> "Every touched server is being put back" + reason;
            case VERIFIED ->
                    "Revision "
                            + rollout.revision()
                            + " holds on every server of the rollout"
                            + proof(rollout);
            case ROLLED_BACK ->
                    "Everything touched is back as it was"
                            + proof(rollout)
                            + "; the policy is revision "
                            + rollout.authorityRevision()
                            + " now. Why"
                            + reason;
            case FAILED -> "It could not be undone, or not be proven" + reason;
        };
    }

    private static String running(Rollout rollout) {
        return rollout.current()
                .map(
                        ring ->
                                switch (ring.state()) {
                                    case PENDING -> "goes to ring " + ring.name() + " next";
                                    case PUSHING -> "is being applied in ring " + ring.name();
                                    case PROBING ->
                                            "is active in ring "
                                                    + ring.name()
                                                    + "; probes are asked whether it does what the policy says";
                                    case AWAITING_PROMOTION ->
                                            "waits in ring "
                                                    + ring.name()
                                                    + ", since "
                                                    + waitsFor(rollout, ring)
                                                    + ": somebody must promote it";
                                    case BAKING ->
                                            "is proven in ring "
                                                    + ring.name()
                                                    + " and left to bake";
                                    case PROBING_AGAIN ->
                                            "has baked in ring "
                                                    + ring.name()
                                                    + "; its probes are asked once more";
                                    case DONE, ROLLED_BACK -> "is about to end";
                                })
                .orElse("is about to end");
    }

    private static String proof(Rollout rollout) {
        if (rollout.proof() == null) {
            return "";
        }
        String proof = rollout.proof();
        if (proof.startsWith("probed")) {
            return proof.replaceFirst("probed", ", proven by probes");
        }
        return proof.startsWith("read-back")
                ? proof.replaceFirst("read-back", ", proven by read-back: no probe was possible")
                : "; proof: " + proof;
    }

    /** Whether pages should go on fetching. */
    public boolean isLive() {
        return !rollout.state().isFinal() || rollout.isWatched();
    }

    /** The cause in words; null = none. */
    public String getCause() {
        return rollout.cause() == null ? null : Words.sentence(rollout.cause().name());
    }

    /** How carefully it goes, where that differs from a plain rollout; empty = it does not. */
    public List<String> getCare() {
        RolloutOptions options = rollout.options();
        List<String> care = new ArrayList<>();
        if (options.maxInFlight() > 0) {
            care.add("at most " + options.maxInFlight() + " in flight");
        }
        if (options.bakeSeconds() > 0) {
            care.add("bakes " + options.bakeSeconds() + " s");
        }
        if (options.successPercent() < 100) {
            care.add(options.successPercent() + " % of the probes must pass");
        }
        if (options.maxErrors() > 0) {
            care.add("up to " + options.maxErrors() + " server(s) of a ring may be in error");
        }
        if (!options.pauseAfter().isEmpty()) {
            care.add("pauses after " + String.join(", ", options.pauseAfter()));
        }
        if (options.promotion() == Promotion.MANUAL) {
            care.add("pauses after every ring");
        }
        if (options.minimumCoveragePercent() > 0) {
            care.add("probes must show " + options.minimumCoveragePercent() + " % of the change");
        }
        return care;
    }

    /** Style class of the verdict. */
    public String getTone() {
        return Badge.of(rollout.state()).tone();
    }

    /** Whether it is halted. */
    public boolean isPaused() {
        return rollout.state() == RolloutState.PAUSED;
    }
}
