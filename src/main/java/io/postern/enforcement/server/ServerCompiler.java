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
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.CompiledNftables;
import io.postern.enforcement.nftables.NftablesCompiler;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.CompiledPickup;
import io.postern.enforcement.pickup.PickupCompiler;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupRefusal;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.CompiledPostfix;
import io.postern.enforcement.postfix.PostfixCompiler;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Compiles a policy to all enforcement points of one server, so that together they give what it
 * says: the connectors open for identities only where a firewall before them proves these. Same
 * input, same outcome.
 */
public final class ServerCompiler {
    /** Kinds that can be pushed. */
    public static final List<String> KINDS =
            List.of(
                    DesiredState.EXCHANGE,
                    FirewallEffect.KIND,
                    PickupPassages.KIND,
                    OutlookGuardCompiler.KIND,
                    NftablesEffect.KIND,
                    PostfixEffect.KIND);

    private final Policy policy;
    private final Server server;
    private final Post post;
    private final ObservedServer observed;
    private final Instant at;
    private final List<String> notes = new ArrayList<>();
    private final List<Unsupported> unsupported = new ArrayList<>();

    /**
     * Why nothing is pushed, since a layer would keep what it must not; null = nothing speaks so.
     */
    private String refusal;

    /** From where a firewall that is active proves identities. */
    private AddressSet provable = AddressSet.EMPTY;

    /** Whether the firewall was read back to hold already what it should. */
    private boolean isFirewallHeld;

    private ServerCompiler(
            Policy policy, Server server, Post post, ObservedServer observed, Instant at) {
        this.policy = policy;
        this.server = server;
        this.post = post;
        this.observed = observed;
        this.at = at;
    }

    /** Whether any enforcement point of the server is of a kind that can be pushed. */
    public static boolean isPushed(Server server) {
        return server.enforcement().stream().anyMatch(KINDS::contains);
    }

    /**
     * Of the posts of a server those to which something is pushed: a gateway only where the policy
     * has it keep something, or while it holds something of ours.
     *
     * @param posts names of those that have an agent
     * @param observations what was read at a post; empty = nothing
     */
    public static List<String> pushedPosts(
            Server server,
            List<String> posts,
            Function<String, Optional<ObservedServer>> observations) {
        return posts.stream()
                .filter(
                        name ->
                                !Post.parse(name).isGateway()
                                        || server.enforcement().contains(NftablesEffect.KIND)
                                        || observations
                                                .apply(name)
                                                .filter(ServerCompiler::holdsTable)
                                                .isPresent())
                .toList();
    }

    private static boolean holdsTable(ObservedServer observed) {
        return observed.nftables() != null && !observed.nftables().held().isAbsent();
    }

    /**
     * Compiles and plans.
     *
     * @param server one of the policy's
     * @param at the instant that grants must hold at
     */
    public static CompiledServer compile(
            Policy policy, Server server, long revision, ObservedServer observed, Instant at) {
        return new ServerCompiler(policy, server, Post.of(server), observed, at).compile(revision);
    }

    /**
     * Compiles and plans for one of a server's posts.
     *
     * @param post of that server
     * @param observed what was read at the post
     * @param host what was read at the server itself, whose firewall may prove identities that a
     *     gateway must let pass; null = nothing
     */
    public static CompiledServer compile(
            Policy policy,
            Server server,
            Post post,
            long revision,
            ObservedServer observed,
            ObservedServer host,
            Instant at) {
        if (!post.isGateway()) {
            return compile(policy, server, revision, observed, at);
        }
        ServerCompiler gateway = new ServerCompiler(policy, server, post, observed, at);
        if (host != null) {
            ServerCompiler behind = new ServerCompiler(policy, server, Post.of(server), host, at);
            behind.compile(revision);
            // Its agent may be slow or dead: what it will prove, nobody proves yet.
            gateway.provable = behind.isFirewallHeld ? behind.provable : AddressSet.EMPTY;
        }
        return gateway.compileGateway(revision);
    }

    private CompiledServer compileGateway(long revision) {
        NftablesState nftables = nftables();
        if (refusal != null || nftables == null) {
            String why = refusal != null ? refusal : String.join("; ", notes);
            return CompiledServer.refused(
                    why.isEmpty() ? "nothing to push" : why, unsupported, notes);
        }
        return planned(
                new DesiredState(
                        NftablesEffect.KIND,
                        post.toString(),
                        revision,
                        List.of(),
                        new ServerLayers(null, null, null, null, nftables, null)));
    }

    private CompiledServer planned(DesiredState desired) {
        boolean keepsConnectors = desired.kind().equals(DesiredState.EXCHANGE);
        try {
            List<EnforcementStep> steps =
                    ServerSteps.between(
                            observed,
                            keepsConnectors ? desired.connectors() : observed.managed(),
                            desired.layers());
            return new CompiledServer(desired, steps, unsupported, notes, null);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // A right that was not read, a name that is taken, objects of its own that conflict.
            return CompiledServer.refused(
                    "no plan leads there: " + e.getMessage(), unsupported, notes);
        }
    }

    private CompiledServer compile(long revision) {
        FirewallState firewall = has(FirewallEffect.KIND) ? firewall() : firewallAsFound();
        PickupState pickup = has(PickupPassages.KIND) ? pickup() : pickupAsFound();
        NftablesState nftables = nftables();
        PostfixState postfix = has(PostfixEffect.KIND) ? postfix() : postfixAsFound();
        if (refusal != null) {
            return CompiledServer.refused(refusal, unsupported, notes);
        }
        OutlookGuardState guard = has(OutlookGuardCompiler.KIND) ? outlookGuard() : null;
        server.enforcement().stream()
                .filter(kind -> !KINDS.contains(kind))
                .forEach(kind -> notes.add("not pushed by this version: " + kind));
        ServerLayers layers = new ServerLayers(null, firewall, pickup, guard, nftables, postfix);
        boolean keepsConnectors = has(DesiredState.EXCHANGE);
        List<ConnectorData> managed = List.of();
        List<ConnectorData> withoutIdentity = null;
        if (keepsConnectors) {
            CompiledConnectors compiled = connectors(provable);
            managed = data(compiled);
            unsupported.addAll(compiled.unsupported());
            if (managed.isEmpty()) {
                // A compiler that yields nothing refuses; it never wants everything removed.
                return CompiledServer.refused(why(compiled.unsupported()), unsupported, notes);
            }
            if (firewall != null && !provable.isEmpty()) {
                List<ConnectorData> without = data(connectors(AddressSet.EMPTY));
                withoutIdentity = without.equals(managed) ? null : without;
            }
        } else if (layers.areNone()) {
            return CompiledServer.refused(
                    notes.isEmpty() ? "nothing to push" : String.join("; ", notes),
                    unsupported,
                    notes);
        }
        return planned(
                new DesiredState(
                        keepsConnectors ? DesiredState.EXCHANGE : layers.kinds().get(0),
                        server.name(),
                        revision,
                        managed,
                        layers.whileUnproven(withoutIdentity)));
    }

    /** What our table should hold; null = it is not pushed, or there is none to take back. */
    private NftablesState nftables() {
        if (!has(NftablesEffect.KIND)) {
            return holdsTable(observed) ? NftablesState.ABSENT : null;
        }
        if (observed.nftables() == null) {
            notes.add("nftables is not pushed: no agent has reported it");
            return null;
        }
        CompiledNftables compiled =
                NftablesCompiler.compile(policy, server, observed.nftables().hook(), provable, at);
        unsupported.addAll(compiled.unsupported());
        if (compiled.state() == null) {
            leftOut(NftablesEffect.KIND, holdsTable(observed), why(compiled.unsupported()));
        }
        return compiled.state();
    }

    /** What Postfix should hold; null likewise. */
    private PostfixState postfix() {
        if (observed.postfix() == null) {
            notes.add("postfix is not pushed: no agent has reported it");
            return null;
        }
        CompiledPostfix compiled =
                PostfixCompiler.compile(policy, server, observed.postfix(), provable, at);
        unsupported.addAll(compiled.unsupported());
        if (compiled.state() == null) {
            leftOut(PostfixEffect.KIND, holdsPostfix(), why(compiled.unsupported()));
        }
        return compiled.state();
    }

    private PostfixState postfixAsFound() {
        return holdsPostfix() ? PostfixState.asFound(observed.postfix().held().found()) : null;
    }

    private boolean holdsPostfix() {
        return observed.postfix() != null && observed.postfix().held().isKept();
    }

    /** From where a firewall lets somebody in whom one that holds nothing but a state would not. */
    private static AddressSet opened(ObservedFirewall firewall, FirewallState state) {
        FirewallEffect whole = FirewallEffect.of(firewall);
        FirewallEffect alone = FirewallEffect.of(ObservedFirewall.of(state));
        AddressSet opened = AddressSet.EMPTY;
        for (int port : state.ports()) {
            opened = opened.union(ServerSteps.more(whole.openings(port), alone.openings(port)));
        }
        return opened;
    }

    /** Connectors are not opened to identities from where, by others, nobody need prove them. */
    private void takeAsProvenBut(AddressSet opened) {
        AddressSet concerned = opened.intersect(server.kerberosRanges());
        if (!concerned.isEmpty()) {
            notes.add(
                    "identities are not taken as proven from "
                            + concerned
                            + ": other rules of the firewall let more than the policy's through"
                            + " there (see drift)");
        }
        provable = server.kerberosRanges().subtract(opened);
    }

    /**
     * Local rules would not hold. Rules of a Group Policy may: where nobody gets through them who
     * would not get through ours, identities are proven all the same.
     */
    private void refuse(FirewallState state, List<String> reasons) {
        boolean isHeld = opened(observed.firewall(), state).isEmpty();
        provable = isHeld ? server.kerberosRanges() : AddressSet.EMPTY;
        isFirewallHeld = isHeld;
        notes.add(
                "windows-firewall is not pushed: "
                        + String.join(" ", reasons)
                        + (isHeld
                                ? " What holds there lets nobody through whom the policy does not."
                                : " Let a Group Policy make the rules: postern compile --kind"
                                        + " windows-firewall --format server-policy-powershell"));
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

    /** The policy no longer has the kind: what we hold there is taken back; null = nothing is. */
    private FirewallState firewallAsFound() {
        if (observed.firewall() == null) {
            return null;
        }
        List<Integer> ports = FirewallPlan.keptPorts(observed.firewall());
        List<Integer> kept = ports.isEmpty() ? server.ports() : ports;
        FirewallState asFound = FirewallState.asFound(kept, false);
        return FirewallPlan.between(observed.firewall(), asFound).isEmpty() ? null : asFound;
    }

    /** Likewise. */
    private PickupState pickupAsFound() {
        return observed.pickup() == null || PickupPlan.held(observed.pickup()).writers().isEmpty()
                ? null
                : PickupState.NOBODY;
    }

    /** A layer is left out: never while it holds something of ours that may no longer be meant. */
    private void leftOut(String kind, boolean holdsOurs, String why) {
        if (holdsOurs) {
            refusal = kind + " cannot be pushed and holds what was pushed before: " + why;
        } else {
            notes.add(kind + " is not pushed: " + why);
        }
    }

    /** What the pickup folder should hold; null = it is not pushed, a note says why. */
    private PickupState pickup() {
        if (observed.pickup() == null) {
            notes.add("pickup is not pushed: no agent has reported the folder");
            return null;
        }
        boolean holdsOurs = !PickupPlan.held(observed.pickup()).writers().isEmpty();
        CompiledPickup compiled = PickupCompiler.compile(policy, server, at);
        unsupported.addAll(compiled.unsupported());
        if (compiled.state() == null) {
            leftOut(PickupPassages.KIND, holdsOurs, why(compiled.unsupported()));
            return null;
        }
        List<String> reasons = PickupRefusal.reasons(observed.pickup(), compiled.state());
        if (!reasons.isEmpty()) {
            leftOut(PickupPassages.KIND, holdsOurs, String.join(" ", reasons));
            return null;
        }
        return compiled.state();
    }

    /** What the object model guard should be; null likewise. */
    private OutlookGuardState outlookGuard() {
        if (observed.outlookGuard() == null) {
            notes.add("outlook-guard is not pushed: no agent has reported it");
            return null;
        }
        OutlookGuardState wanted = OutlookGuardCompiler.compile(policy, server, at).state();
        List<String> reasons = OutlookGuardPlan.refusal(observed.outlookGuard(), wanted);
        if (!reasons.isEmpty()) {
            notes.add("outlook-guard is not pushed: " + String.join(" ", reasons));
            return null;
        }
        return wanted;
    }

    /** What the firewall should hold; null = it is not pushed, a note says why. */
    private FirewallState firewall() {
        if (observed.firewall() == null) {
            notes.add("windows-firewall is not pushed: no agent has reported one");
            return null;
        }
        boolean holdsOurs = !FirewallPlan.keptPorts(observed.firewall()).isEmpty();
        CompiledFirewall compiled = FirewallCompiler.compile(policy, server, at);
        unsupported.addAll(compiled.unsupported());
        if (compiled.state() == null) {
            leftOut(FirewallEffect.KIND, holdsOurs, why(compiled.unsupported()));
            return null;
        }
        List<String> reasons = FirewallRefusal.reasons(observed.firewall(), compiled.state());
        if (!reasons.isEmpty()) {
            // Rules of ours are void then, whatever they say.
            refuse(compiled.state(), reasons);
            return null;
        }
        List<FirewallStep> steps;
        try {
            steps = FirewallPlan.between(observed.firewall(), compiled.state());
        } catch (IllegalArgumentException e) {
            leftOut(FirewallEffect.KIND, holdsOurs, e.getMessage());
            return null;
        }
        isFirewallHeld = steps.isEmpty();
        ObservedFirewall after = FirewallPlan.apply(observed.firewall(), steps);
        takeAsProvenBut(opened(after, compiled.state()));
        return compiled.state();
    }
}
