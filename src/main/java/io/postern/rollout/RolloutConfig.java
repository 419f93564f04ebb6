package io.postern.rollout;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

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
}
