package io.postern.cli;

import io.postern.policy.ChangeProof;
import io.postern.policy.Region;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** The three-step proof of a change for a person to read: the verdict, then what is amiss. */
final class ProofText {
    private static final int SHOWN = 25;

    private ProofText() {}

    static void print(ChangeProof proof, PrintWriter out) {
        if (proof.isKnown() && proof.steps().isEmpty() && proof.collateral().isEmpty()) {
            return;
        }
        out.println();
        out.println("Proof: " + proof.verdict() + ".");
        int rest = 0;
        int shown = 0;
        for (ChangeProof.Step step : proof.steps()) {
            boolean useless = step.alreadyTrue() == ChangeProof.Extent.WHOLE;
            if (useless || !step.missing().isEmpty()) {
                if (shown++ < SHOWN) {
                    out.println("  " + sentence(step, useless));
                } else {
                    rest++;
                }
            }
        }
        proof.collateral().stream()
                .limit(SHOWN)
                .forEach(
                        region ->
                                out.println(
                                        "  Collateral: "
                                                + region.addresses().ranges().get(0)
                                                + " on "
                                                + region.servers().get(0)
                                                + " goes from "
                                                + region.before().word()
                                                + " to "
                                                + region.after().word()
                                                + " by "
                                                + decides(region)
                                                + ", though no edited entry applies there."));
        rest += Math.max(0, proof.collateral().size() - SHOWN);
        if (rest > 0) {
            out.println("  and " + rest + " more; --json lists all");
        }
    }

    private static String decides(Region region) {
        String key =
                region.because().after() == null
                        ? region.because().before()
                        : region.because().after();
        return key == null ? "no entry" : "'" + key + "'";
    }

    private static String sentence(ChangeProof.Step step, boolean useless) {
        String meant = "'" + step.key() + "' " + meant(step);
        if (useless && step.missing().isEmpty()) {
            return meant + ", which held before the change already.";
        }
        ChangeProof.Missing first = step.missing().get(0);
        String where =
                first.addresses().ranges().get(0)
                        + " on "
                        + first.servers().get(0)
                        + ":"
                        + first.ports().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(","));
        return meant
                + (step.achieved() == ChangeProof.Extent.NONE ? ", but not at all" : ", but not")
                + " for "
                + where
                + (step.missing().size() > 1
                        ? " and " + (step.missing().size() - 1) + " more parts"
                        : "")
                + (first.because() == null
                        ? ": no entry matches there."
                        : ": '" + first.because() + "' decides there.");
    }

    private static String meant(ChangeProof.Step step) {
        return switch (step.intent()) {
            case GIVES -> "gives " + step.tier().word();
            case TAKES -> "no longer gives " + step.tier().word();
            case BLOCKS -> "blocks";
            case LIFTS -> "no longer blocks";
        };
    }
}
