package io.postern.cli;

import io.postern.enforcement.firewall.ClientMirrorScript;
import io.postern.enforcement.firewall.CompiledFirewall;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallCompiler;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRefusal;
import io.postern.enforcement.firewall.FirewallScript;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.ServerPolicyScript;
import java.io.PrintWriter;
import java.util.List;

/** Windows Defender Firewall. */
final class FirewallCompilation implements Compilation {
    private static final String UNREAD =
            "# The server was not read, so the names of Exchange's own rules are made up and the"
                    + " script stops at them.\n# Compile again with --observed to run it.\n";

    /**
     * All that is told of it.
     *
     * @param last what the server has after the steps
     * @param refused why an agent would not carry them out; empty = it would
     */
    record Outcome(
            String server,
            CompiledFirewall compiled,
            List<FirewallStep> steps,
            ObservedFirewall last,
            List<String> refused) {}

    @Override
    public void run(CompileRequest request, PrintWriter out) {
        if (request.isIdentityProven()) {
            throw new BadInputException(
                    "--identity-layer is for --kind exchange; the firewall is that layer");
        }
        ObservedFirewall observed =
                request.observedFiles().isEmpty()
                        ? DefaultFirewall.ofFreshServer()
                        : ObservedFiles.firewall(request.observedFiles());
        CompiledFirewall compiled =
                FirewallCompiler.compile(request.policy(), request.server(), request.at());
        Outcome outcome = outcome(request.server().name(), observed, compiled);
        switch (request.format()) {
            case TEXT -> FirewallText.print(outcome, out);
            case JSON -> JsonLines.print(out, json -> FirewallJson.write(json, outcome));
            case NFT, SHELL -> throw request.notOfThisKind();
            default -> out.print(script(request, outcome));
        }
    }

    private static Outcome outcome(
            String server, ObservedFirewall observed, CompiledFirewall compiled) {
        if (compiled.state() == null) {
            return new Outcome(
                    server, compiled, List.of(), observed, FirewallRefusal.reasons(observed));
        }
        List<FirewallStep> steps;
        try {
            steps = FirewallPlan.between(observed, compiled.state());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--observed: no plan leads there: " + e.getMessage());
        }
        ObservedFirewall last = FirewallPlan.apply(observed, steps);
        return new Outcome(
                server, compiled, steps, last, FirewallRefusal.reasons(observed, compiled.state()));
    }

    private static String script(CompileRequest request, Outcome outcome) {
        CompiledFirewall compiled = outcome.compiled();
        if (compiled.state() == null) {
            throw new BadInputException(
                    compiled.unsupported().stream()
                            .map(one -> one.entry() + ": " + one.reason() + "; " + one.remedy())
                            .toList());
        }
        try {
            return switch (request.format()) {
                case CLIENT_POWERSHELL -> ClientMirrorScript.of(request.server(), compiled.state());
                case SERVER_POLICY_POWERSHELL -> policyScript(outcome);
                default ->
                        outcome.refused().isEmpty()
                                ? (request.observedFiles().isEmpty() ? UNREAD : "")
                                        + FirewallScript.of(
                                                outcome.server(),
                                                outcome.steps(),
                                                compiled.unsupported())
                                : policyScript(outcome);
            };
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format " + request.format() + ": " + e.getMessage());
        }
    }

    private static String policyScript(Outcome outcome) {
        return ServerPolicyScript.of(
                outcome.server(),
                outcome.compiled().state(),
                outcome.refused(),
                outcome.compiled().unsupported());
    }
}
