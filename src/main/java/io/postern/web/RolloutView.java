package io.postern.web;

import io.postern.fleet.ServerReport;
import io.postern.probe.Probe;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutState;
import io.postern.rollout.ServerTarget;
import java.time.Instant;
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
     */
    public record RingBox(
            String name,
            Badge badge,
            Instant since,
            List<TargetRow> targets,
            ProbeMatrix.Counts probes) {
        public long getReady() {
            return targets.stream().filter(TargetRow::inSync).count();
        }
    }

    /**
     * One server.
     *
     * @param desired revision it should hold; null = nothing was published to it yet
     * @param live revision it holds by its own report; null = it never reported
     * @param inSync whether it holds what was published last in this rollout
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
                        probes.stream().filter(p -> p.ring().equals(ring.name())).toList()));
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
                badge(ring, target, report, holds),
                report == null ? null : report.confirmUntil(),
                report == null ? null : report.reportedAt(),
                report == null ? null : report.error());
    }

    private static Badge badge(Ring ring, ServerTarget target, ServerReport report, boolean holds) {
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
        if (ring.state() == RingState.DONE) {
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
                                            "is active in ring "
                                                    + ring.name()
                                                    + ", but no probe is possible there: somebody must promote it";
                                    case DONE, ROLLED_BACK -> "is about to end";
                                })
                .orElse("is about to end");
    }

    private static String proof(Rollout rollout) {
        if (rollout.proof() == null) {
            return "";
        }
        return rollout.proof().equals("probed")
                ? ", proven by probes"
                : ", proven by read-back: no probe was possible";
    }

    /** Whether pages should go on fetching. */
    public boolean isLive() {
        return !rollout.state().isFinal();
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
