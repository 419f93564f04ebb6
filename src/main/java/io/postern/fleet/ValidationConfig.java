package io.postern.fleet;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of continuous validation. */
@ConfigMapping(prefix = "postern.validation")
public interface ValidationConfig {
    /** Whether expectations are probed when no rollout asks. */
    @WithDefault("true")
    boolean enabled();

    /** Time between two turns of one server. */
    @WithDefault("PT5M")
    Duration every();

    /** How many expectations one turn samples. */
    @WithDefault("6")
    int probesPerRound();

    /** How many probes all servers together get within a minute, confirmations included. */
    @WithDefault("60")
    int probesPerMinute();

    /** How long an answer may take. */
    @WithDefault("PT2M")
    Duration patience();

    /** Consecutive failures that open a finding. */
    @WithDefault("2")
    int failsToOpen();

    /** Consecutive passes that close one. */
    @WithDefault("3")
    int passesToClose();

    /** Consecutive inconclusive probes that open one. */
    @WithDefault("3")
    int unknownsToOpen();

    /** How often a failure is asked again at once. */
    @WithDefault("2")
    int confirmations();

    /** More turns between pass and fail than these are flapping. */
    @WithDefault("4")
    int turnsToFlap();

    /** Within which turns are counted. */
    @WithDefault("PT1H")
    Duration flapWindow();

    /** After which an agent without a report counts as silent. */
    @WithDefault("PT10M")
    Duration agentSilence();

    /** How long answered probes of validation are kept that no finding names. */
    @WithDefault("P7D")
    Duration keepProbes();

    /** The rules in these settings. */
    default ValidationLaw law() {
        return new ValidationLaw(
                failsToOpen(),
                passesToClose(),
                unknownsToOpen(),
                confirmations(),
                turnsToFlap(),
                flapWindow());
    }
}
