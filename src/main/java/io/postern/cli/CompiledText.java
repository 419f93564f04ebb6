package io.postern.cli;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.PlanGaps;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.Unsupported;
import java.io.PrintWriter;
import java.util.List;

/** Compiled connectors for people. */
final class CompiledText {
    private static final int SHOWN_RANGES = 4;

    private CompiledText() {}

    static void print(
            String server,
            CompiledConnectors compiled,
            List<ConnectorStep> steps,
            List<List<PlanGaps.Gap>> gaps,
            PrintWriter out) {
        out.println(
                server
                        + " should have "
                        + compiled.connectors().size()
                        + " receive connectors, "
                        + compiled.managed().size()
                        + " of them managed by Postern:");
        for (ReceiveConnector connector : compiled.connectors()) {
            ConnectorData data = ConnectorData.of(connector);
            out.println();
            out.println(
                    (connector.managed() ? "* " : "  ")
                            + connector.name()
                            + (connector.enabled() ? "" : " (disabled)"));
            out.println("    " + String.join(", ", data.bindings()) + ", " + rights(connector));
            out.println("    for " + ranges(data.remoteIpRanges()));
        }
        out.println();
        if (steps.isEmpty()) {
            out.println("Nothing to do: it has them already.");
        } else {
            out.println("Steps, each with what takes it back:");
            for (int i = 0; i < steps.size(); i++) {
                ConnectorStep step = steps.get(i);
                out.println("  " + (i + 1) + ". " + step.description());
                for (PlanGaps.Gap gap : gaps.get(i)) {
                    out.println(
                            "     until a later step "
                                    + ranges(gap.addresses().texts())
                                    + " get "
                                    + gap.tier().word());
                }
                out.println("     back: " + step.inverse().description());
            }
        }
        if (!compiled.unsupported().isEmpty()) {
            out.println();
            out.println("What receive connectors cannot hold of the policy:");
            for (Unsupported one : compiled.unsupported()) {
                out.println("  " + one.entry() + ": " + one.reason() + ".");
                out.println("     remedy: " + one.remedy() + ".");
            }
        }
    }

    private static String ranges(List<String> ranges) {
        return ranges.size() <= SHOWN_RANGES
                ? String.join(", ", ranges)
                : String.join(", ", ranges.subList(0, SHOWN_RANGES - 1))
                        + " and "
                        + (ranges.size() - SHOWN_RANGES + 1)
                        + " more ranges";
    }

    /** What an unauthenticated client may do there. */
    private static String rights(ReceiveConnector connector) {
        if (connector.externallySecured()) {
            return "externally secured: clients count as authenticated servers";
        }
        if (!connector.anonymous()) {
            return "no anonymous client";
        }
        if (connector.anonymousRelay() == null) {
            return "anonymous clients, relay right unknown";
        }
        return connector.anonymousRelay()
                ? "anonymous clients to any recipient"
                : "anonymous clients to own domains";
    }
}
