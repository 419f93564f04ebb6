package io.postern.probe;

import io.postern.policy.AddressSet;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Submission;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long a plan takes; a program, no test: {@code main} with how many regions. */
final class ProbePlanMeasurement {
    private static final Instant NOW = Instant.parse("2026-07-01T10:00:00Z");

    private ProbePlanMeasurement() {}

    private static Policy policy(String grant) {
        return PolicyDocument.parse(
                        """
                        version: 1
                        acceptedDomains: [contoso.example]
                        servers:
                          - {name: s1, addresses: [10.9.0.1]}
                        grants:
                          - {key: old, from: {addresses: [10.50.0.0/24]}, tier: internal}
                        """
                                + grant)
                .policy();
    }

    /** The one region cut into many, as an impact of many entries is. */
    private static List<Region> impact(Region one, int count) {
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AddressSet part = AddressSet.parse("11." + (i >> 8) + "." + (i & 255) + ".16/28");
            Submission witness =
                    new Submission(part.ranges().get(0).low(), null, null, "s1", 25, NOW);
            regions.add(one.within(part, witness, one.because()));
        }
        return regions;
    }

    public static void main(String[] arguments) {
        Policy after = policy("  - {key: new, from: {addresses: [11.0.0.0/8]}, tier: internal}\n");
        Region one = Impact.between(policy(""), after, null).regions().get(0);
        List<Region> impact = impact(one, Integer.parseInt(arguments[0]));
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            new PlanExpectations(after, after.servers().get(0), NOW);
            long indexed = System.nanoTime();
            ProbePlan plan =
                    ProbePlan.of(
                            impact,
                            after,
                            after.servers().get(0),
                            NOW,
                            VantageReach.simulated("agent:own"));
            long planned = System.nanoTime();
            System.out.printf(
                    "%d regions, %d probes: index %d ms, whole plan %d ms%n",
                    plan.coverage().regions(),
                    plan.probes().size(),
                    (indexed - start) / 1_000_000,
                    (planned - indexed) / 1_000_000);
        }
    }
}
