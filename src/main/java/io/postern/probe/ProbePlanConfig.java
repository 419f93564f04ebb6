package io.postern.probe;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** Settings of probe plans. */
@ConfigMapping(prefix = "postern.probe")
public interface ProbePlanConfig {
    /** Probes that one plan asks of one server at most. */
    @WithDefault("120")
    @Min(1)
    int maxProbesPerServer();

    /** Probes that one plan asks of one server from one address at most. */
    @WithDefault("20")
    @Min(1)
    int maxProbesPerSource();

    /** Both together. */
    default ProbeBudget budget() {
        return new ProbeBudget(maxProbesPerServer(), maxProbesPerSource());
    }
}
