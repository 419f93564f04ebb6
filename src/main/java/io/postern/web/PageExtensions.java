package io.postern.web;

import io.postern.change.Analysis.AnalysedFinding;
import io.postern.change.Analysis.AnalysedRegion;
import io.postern.change.ChangeState;
import io.postern.policy.Revision;
import io.postern.probe.Probe;
import io.postern.rollout.RingState;
import io.postern.rollout.RolloutState;
import io.quarkus.qute.TemplateExtension;
import java.math.BigInteger;

/** Lets templates write {@code state.badge} and {@code revision.shortHash}. */
@TemplateExtension
final class PageExtensions {
    private PageExtensions() {}

    static Badge badge(ChangeState state) {
        return Badge.of(state);
    }

    static Badge badge(RolloutState state) {
        return Badge.of(state);
    }

    static Badge badge(RingState state) {
        return Badge.of(state);
    }

    static Badge badge(Probe probe) {
        return Badge.of(probe);
    }

    static Badge badge(AnalysedRegion region) {
        return Badge.ofDirection(region.direction());
    }

    static Badge badge(AnalysedFinding finding) {
        return Badge.ofLevel(finding.level());
    }

    static String shortHash(Revision revision) {
        return Words.shortHash(revision.hash());
    }

    /** A decimal number with its thousands apart. */
    static String grouped(String number) {
        return Numbers.grouped(new BigInteger(number));
    }
}
