package io.postern.rollout;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of rollouts. */
@ConfigMapping(prefix = "postern.rollout")
public interface RolloutConfig {
    /**
     * Rings in their order; labels that are not named here follow by name, servers without a label
     * come last.
     */
    @WithDefault("lab,canary,pilot,main")
    List<String> rings();

    /** After which an agent undoes by itself what nobody confirmed. */
    @WithDefault("PT5M")
    Duration confirmWindow();

    /** How long an agent may take to report a publication active. */
    @WithDefault("PT2M")
    Duration activationPatience();

    /** How long answers to probes may take. */
    @WithDefault("PT2M")
    Duration probePatience();

    /** How often inconclusive probes are asked before it brakes. */
    @WithDefault("3")
    int probeAttempts();

    /** How long after they were asked inconclusive probes are asked again at the earliest. */
    @WithDefault("PT10S")
    Duration probePause();

    /** The longest that an agent may be left unconfirmed because others of its ring come first. */
    @WithDefault("PT1H")
    Duration longestConfirmWindow();

    /** Default of {@link RolloutOptions#maxInFlight}; absent = all servers of the ring. */
    Optional<Integer> maxInFlight();

    /** Default of {@link RolloutOptions#bakeSeconds}. */
    @WithDefault("PT0S")
    Duration bake();

    /** Default of {@link RolloutOptions#successPercent}. */
    @WithDefault("100")
    int successPercent();

    /** Default of {@link RolloutOptions#maxErrors}. */
    @WithDefault("0")
    int maxErrors();

    /** Default of {@link RolloutOptions#pauseAfter}, as far as a rollout has these rings. */
    Optional<List<String>> pauseAfter();

    /** Default of {@link RolloutOptions#promotion}. */
    @WithDefault("automatic")
    Promotion promotion();

    /** Default of {@link RolloutOptions#minimumCoveragePercent}. */
    @WithDefault("0")
    int minimumCoveragePercent();
}
