package io.postern.enforcement.server;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.Unsupported;
import io.postern.enforcement.firewall.CompiledFirewall;
import io.postern.enforcement.firewall.FirewallCompiler;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRefusal;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles a policy to all enforcement points of one server, so that together they give what it
 * says: the connectors open for identities only where a firewall before them proves these. Same
 * input, same outcome.
 */
public final class ServerCompiler {
    /** Kinds that can be pushed. */
    public static final List<String> KINDS = List.of(DesiredState.EXCHANGE, FirewallEffect.KIND);

    private final Policy policy;
    private final Server server;
    private final ObservedServer observed;
    private final Instant at;
    private final List<String> notes = new ArrayList<>();
    private final List<Unsupported> unsupported = new ArrayList<>();

    private ServerCompiler(Policy policy, Server server, ObservedServer observed, Instant at) {
        this.policy = policy;
        this.server = server;
        this.observed = observed;
        this.at = at;
    }

    /** Whether any enforcement point of the server is of a kind that can be pushed. */
    public static boolean isPushed(Server server) {
        return server.enforcement().stream().anyMatch(KINDS::contains);
    }

    /**
     * Compiles and plans.
     *
     * @param server one of the policy's
     * @param at the instant that grants must hold at
     */
    public static CompiledServer compile(
            Policy policy, Server server, long revision, ObservedServer observed, Instant at) {
        return new ServerCompiler(policy, server, observed, at).compile(revision);
    }

    private CompiledServer compile(long revision) {
        FirewallState firewall = has(FirewallEffect.KIND) ? firewall() : null;
        server.enforcement().stream()
                .filter(kind -> !KINDS.contains(kind))
                .forEach(kind -> notes.add("not pushed by this version: " + kind));
        boolean keepsConnectors = has(DesiredState.EXCHANGE);
        List<ConnectorData> managed = List.of();
        List<ConnectorData> withoutIdentity = null;
        if (keepsConnectors) {
            AddressSet provable = firewall == null ? AddressSet.EMPTY : server.kerberosRanges();
            CompiledConnectors compiled = connectors(provable);
            managed = data(compiled);
            unsupported.addAll(compiled.unsupported());
            if (managed.isEmpty()) {
                // A compiler that yields nothing refuses; it never wants everything removed.
                return CompiledServer.refused(why(compiled.unsupported()), unsupported, notes);
            }
            if (!provable.isEmpty()) {
                List<ConnectorData> without = data(connectors(AddressSet.EMPTY));
                withoutIdentity = without.equals(managed) ? null : without;
            }
        } else if (firewall == null) {
            return CompiledServer.refused(
                    notes.isEmpty() ? "nothing to push" : String.join("; ", notes),
                    unsupported,
                    notes);
        }
        ServerLayers layers = new ServerLayers(withoutIdentity, firewall);
        DesiredState desired =
                new DesiredState(
                        keepsConnectors ? DesiredState.EXCHANGE : FirewallEffect.KIND,
                        server.name(),
                        revision,
                        managed,
                        layers);
        List<EnforcementStep> steps =
                ServerSteps.between(
                        observed, keepsConnectors ? managed : observed.managed(), layers);
        return new CompiledServer(desired, steps, unsupported, notes, null);
    }

    private boolean has(String kind) {
        return server.enforcement().contains(kind);
    }

    private CompiledConnectors connectors(AddressSet provable) {
        return ExchangeCompiler.compile(policy, server, observed.connectors(), at, provable);
    }

    private static List<ConnectorData> data(CompiledConnectors compiled) {
        return compiled.managed().stream().map(ConnectorData::of).toList();
    }

    private static String why(List<Unsupported> unsupported) {
        return unsupported.stream()
                .map(one -> one.entry() + ": " + one.reason() + " (" + one.remedy() + ")")
                .findFirst()
                .orElse("nothing to manage");
    }

    /** What the firewall should hold; null = it is not pushed, a note says why. */
    private FirewallState firewall() {
        if (observed.firewall() == null) {
            notes.add("windows-firewall is not pushed: no agent has reported one");
            return null;
        }
        CompiledFirewall compiled = FirewallCompiler.compile(policy, server, at);
        unsupported.addAll(compiled.unsupported());
        if (compiled.state() == null) {
            notes.add("windows-firewall is not pushed: " + why(compiled.unsupported()));
            return null;
        }
        List<String> reasons = FirewallRefusal.reasons(observed.firewall(), compiled.state());
        if (!reasons.isEmpty()) {
            notes.add("windows-firewall is not pushed: " + String.join(" ", reasons));
            return null;
        }
        try {
            FirewallPlan.between(observed.firewall(), compiled.state());
        } catch (IllegalArgumentException e) {
            notes.add("windows-firewall is not pushed: " + e.getMessage());
            return null;
        }
        return compiled.state();
    }
}
