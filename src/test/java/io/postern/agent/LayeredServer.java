package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.server.ObservedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server in memory with connectors and a firewall, which outlives the keepers that a test opens
 * on it. Every call is noted, and any one of them can go wrong.
 */
final class LayeredServer implements Driver {
    /** The process dies here. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What goes wrong at a call. */
    enum Fault {
        KILLED_BEFORE,
        KILLED_AFTER,
        REFUSED,
        DONE_BUT_FAILED
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    /** The calls so far, a word each; steps are {@code connector} and {@code firewall}. */
    final List<String> calls = new ArrayList<>();

    /** What would be enabled again by itself, and when; null = nothing is armed. */
    List<String> armed;

    Duration armedFor;
    private List<ReceiveConnector> connectors =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");
    private ObservedFirewall firewall = DefaultFirewall.ofFreshServer();
    private boolean hasFirewall = true;
    private int faultIn = -1;
    private String faultAt;
    private Fault fault;

    ObservedServer state() {
        return new ObservedServer(connectors, firewall);
    }

    void replaceFirewall(ObservedFirewall next) {
        firewall = next;
    }

    void takeFirewallAway() {
        hasFirewall = false;
    }

    void giveFirewall() {
        hasFirewall = true;
    }

    /** The call after so many others goes wrong, once. */
    void failAfter(int others, Fault how) {
        faultIn = others;
        fault = how;
    }

    /** The next call of that word goes wrong. */
    void failAt(String word, Fault how) {
        faultAt = word;
        fault = how;
    }

    /** A cumulative update puts Exchange's own rules there again, under new names. */
    void update() {
        List<FirewallRule> rules = new ArrayList<>();
        for (FirewallRule rule : firewall.rules()) {
            rules.add(
                    OriginalRules.isClosable(rule)
                            ? rule.named(rule.name() + "-again").enabled(true)
                            : rule);
        }
        firewall =
                new ObservedFirewall(
                        firewall.profiles(),
                        rules,
                        firewall.securityRules(),
                        firewall.authenticationSets(),
                        firewall.notes());
    }

    /** Names of Exchange's own rules that are on. */
    List<String> open() {
        return firewall.rules().stream()
                .filter(rule -> OriginalRules.opens(rule, 25))
                .map(FirewallRule::name)
                .toList();
    }

    private <T> T call(String word, Call<T> call) throws IOException {
        boolean isFaulty = faultIn-- == 0 || word.equals(faultAt);
        if (!isFaulty) {
            T answer = call.make();
            calls.add(word);
            return answer;
        }
        faultAt = null;
        if (fault == Fault.KILLED_BEFORE) {
            throw new Killed();
        }
        if (fault == Fault.REFUSED) {
            throw new IOException("refused by the test");
        }
        call.make();
        calls.add(word);
        if (fault == Fault.KILLED_AFTER) {
            throw new Killed();
        }
        throw new IOException("done, but no answer came");
    }

    @Override
    public List<ReceiveConnector> read() throws IOException {
        return call("read", () -> connectors);
    }

    @Override
    public Optional<List<AcceptedDomain>> acceptedDomains() {
        return Optional.empty();
    }

    @Override
    public void execute(ConnectorStep step) throws IOException {
        call("connector", () -> connectors = ConnectorPlan.apply(connectors, step));
    }

    @Override
    public Optional<FirewallPoint> firewall() {
        return hasFirewall ? Optional.of(new Point()) : Optional.empty();
    }

    private final class Point implements FirewallPoint {
        @Override
        public ObservedFirewall read() throws IOException {
            return call("read firewall", () -> firewall);
        }

        @Override
        public void execute(FirewallStep step) throws IOException {
            call("firewall", () -> firewall = FirewallPlan.apply(firewall, step));
        }

        @Override
        public void begin(List<String> originals, Duration until) throws IOException {
            call(
                    "begin",
                    () -> {
                        if (until != null) {
                            armed = List.copyOf(originals);
                            armedFor = until;
                        }
                        return null;
                    });
        }

        @Override
        public void settle() throws IOException {
            call(
                    "settle",
                    () -> {
                        armed = null;
                        armedFor = null;
                        return null;
                    });
        }
    }

    @Override
    public InetSocketAddress endpoint() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public byte[] simulationToken() {
        return new byte[0];
    }

    @Override
    public Duration tarpit() {
        return Duration.ZERO;
    }

    @Override
    public void close() {}
}
