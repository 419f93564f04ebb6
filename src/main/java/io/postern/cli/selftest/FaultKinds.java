package io.postern.cli.selftest;

import static io.postern.cli.selftest.FaultVerdict.DETECTED_ERROR;
import static io.postern.cli.selftest.FaultVerdict.DETECTED_FAIL;
import static io.postern.cli.selftest.FaultVerdict.DETECTED_READBACK;
import static io.postern.cli.selftest.FaultVerdict.INCONCLUSIVE_UNDONE;
import static io.postern.cli.selftest.FaultVerdict.NO_ALARM;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Every kind of fault of the simulated hosts. Faults that open at the connectors alone are armed
 * where no firewall stands before them: behind one they open nothing.
 */
final class FaultKinds {
    private static final List<String> ANY = TrialPolicy.SERVERS;
    private static final List<String> PLAIN = TrialPolicy.PLAIN;
    private static final List<String> LAYERED = TrialPolicy.LAYERED;

    private final int longTarpitMillis;
    private final int transientSeconds;
    private final List<FaultKind> kinds = new ArrayList<>();

    private FaultKinds(int longTarpitMillis, int transientSeconds) {
        this.longTarpitMillis = longTarpitMillis;
        this.transientSeconds = transientSeconds;
    }

    /**
     * All of them, in a fixed order.
     *
     * @param longTarpitMillis what "longer than usual" means
     * @param transientSeconds what "a while" means
     */
    static List<FaultKind> simulated(int longTarpitMillis, int transientSeconds) {
        FaultKinds all = new FaultKinds(longTarpitMillis, transientSeconds);
        all.ranges();
        all.connectors();
        all.firewall();
        all.reports();
        all.listener();
        all.paths();
        all.agents();
        return List.copyOf(all.kinds);
    }

    private void kind(
            String name,
            String effect,
            FaultVerdict expected,
            Function<TrialDraw, FaultTrial> trial) {
        kinds.add(new FaultKind(name, effect, Set.of(expected), trial));
    }

    /** The change opens a range, and the fault is about it. */
    private void onOpening(
            String name,
            String effect,
            FaultVerdict expected,
            List<String> servers,
            BiFunction<AddressRange, Random, List<String>> faults) {
        kind(
                name,
                effect,
                expected,
                draw -> opened(draw, draw.of(servers), draw.addresses().any(), faults));
    }

    private static FaultTrial opened(
            TrialDraw draw,
            String server,
            AddressRange range,
            BiFunction<AddressRange, Random, List<String>> faults) {
        String tier = draw.tier();
        List<String> lines = faults.apply(range, draw.random());
        return draw.trial(
                server,
                tier + " for " + range + ", " + String.join(", ", lines),
                range,
                draw.opening(server, range, tier),
                lines.toArray(String[]::new));
    }

    private void ranges() {
        onOpening(
                "range-dropped",
                "a range is missing from the connector in force",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("drop-range " + range));
        onOpening(
                "off-by-one-low",
                "the range in force begins one address too early or too late",
                DETECTED_FAIL,
                PLAIN,
                (range, random) ->
                        List.of(
                                random.nextBoolean()
                                        ? "drop-range " + range.low()
                                        : "open-range "
                                                + range.low().previous().orElseThrow()
                                                + " "
                                                + range.low()));
        onOpening(
                "off-by-one-high",
                "the range in force ends one address too early or too late",
                DETECTED_FAIL,
                PLAIN,
                (range, random) ->
                        List.of(
                                random.nextBoolean()
                                        ? "drop-range " + range.high()
                                        : "open-range "
                                                + range.high().next().orElseThrow()
                                                + " "
                                                + range.low()));
        kind(
                "ipv6-left-open",
                "the closed connector in force has no IPv6 range",
                DETECTED_FAIL,
                draw ->
                        opened(
                                draw,
                                draw.of(PLAIN),
                                draw.addresses().ipv6(),
                                (range, random) -> List.of("open-ipv6")));
        kind(
                "ipv6-range-dropped",
                "IPv6 ranges are missing, IPv4 is right",
                DETECTED_FAIL,
                FaultKinds::bothFamilies);
        kind(
                "block-ignored",
                "a blocked address is still in force",
                DETECTED_FAIL,
                draw -> {
                    Address blocked = draw.hallAddress();
                    return draw.trial(
                            draw.of(PLAIN),
                            "block of " + blocked,
                            AddressRange.single(blocked),
                            draw.blocking(Map.of("addresses", List.of(blocked.toString()))),
                            "open-range " + blocked + " " + blocked.next().orElseThrow());
                });
        kind(
                "neighbour-lost",
                "the write loses the range of another grant",
                DETECTED_FAIL,
                draw -> {
                    AddressRange lost =
                            AddressRange.parse(
                                    TrialPolicy.neighbour(
                                            draw.random().nextBoolean(),
                                            draw.random().nextInt(TrialPolicy.neighbours())));
                    return opened(
                            draw,
                            draw.of(ANY),
                            draw.addresses().any(),
                            (range, random) -> List.of("drop-range " + lost));
                });
        kind(
                "protected-source-closed",
                "the gateways fall into the closed connector",
                DETECTED_FAIL,
                draw ->
                        opened(
                                draw,
                                draw.of(ANY),
                                draw.addresses().any(),
                                (range, random) -> List.of("close-range 10.20.0.50-10.20.0.51")));
    }

    private static FaultTrial bothFamilies(TrialDraw draw) {
        AddressRange ipv4 = draw.addresses().ipv4();
        AddressRange ipv6 = draw.addresses().ipv6();
        String server = draw.of(ANY);
        return draw.trial(
                server,
                ipv4 + " and " + ipv6,
                ipv6,
                TrialPolicy.put(
                        "grants",
                        TrialPolicy.grant(
                                draw.key(),
                                List.of(ipv4.toString(), ipv6.toString()),
                                draw.tier(),
                                List.of(server))),
                "drop-ipv6");
    }

    private void connectors() {
        onOpening(
                "connector-disabled",
                "the range's connector is off: its clients fall through",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("disable-connector " + range.low()));
        onOpening(
                "default-wide-open",
                "the closed connector is off: all fall through to the open default",
                DETECTED_FAIL,
                PLAIN,
                (range, random) -> List.of("disable-closed"));
        onOpening(
                "shadowed",
                "a narrower foreign connector takes the range",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("shadow " + range));
        onOpening(
                "duplicate-range",
                "a second object holds the same range, with the other relay right, and wins",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("duplicate-range " + range));
        onOpening(
                "binding-port-wrong",
                "the connector listens on another port",
                DETECTED_FAIL,
                ANY,
                (range, random) ->
                        List.of("rebind-port " + range.low() + " " + (2526 + random.nextInt(9))));
        onOpening(
                "binding-address-wrong",
                "the connector listens on another address",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("rebind-address " + range.low() + " 10.20.9.9"));
        kind(
                "relay-left",
                "the relay right stays where it was taken",
                DETECTED_FAIL,
                draw -> {
                    Map.Entry<String, AddressRange> relay = draw.policy().relay(draw.random());
                    return draw.trial(
                            draw.of(ANY),
                            relay.getKey() + " lowered, " + relay.getValue(),
                            relay.getValue(),
                            TrialPolicy.put(
                                    "grants",
                                    TrialPolicy.grant(
                                            relay.getKey(),
                                            List.of(relay.getValue().toString()),
                                            "internal",
                                            null)),
                            "give-relay " + relay.getValue().low());
                });
        kind(
                "relay-lost",
                "the relay right is missing",
                DETECTED_FAIL,
                draw -> {
                    String server = draw.of(ANY);
                    AddressRange range = draw.addresses().any();
                    return draw.trial(
                            server,
                            "relay for " + range,
                            range,
                            draw.opening(server, range, "relay"),
                            "take-relay " + range.low());
                });
    }

    private void firewall() {
        onOpening(
                "firewall-rule-disabled",
                "our firewall rule for the range is off",
                DETECTED_FAIL,
                LAYERED,
                (range, random) -> List.of("disable-rule " + range.low()));
        onIdentity(
                "original-rule-enabled",
                "Exchange's own rules are on again: no identity is asked",
                draw -> "original-rules");
        onIdentity("proof-not-asked", "our rule asks nobody for a proof", draw -> "ask-no-proof");
        kind(
                "identity-list-truncated",
                "one of two accounts is missing from the rule",
                DETECTED_FAIL,
                draw -> {
                    String server = draw.of(LAYERED);
                    AddressRange range = draw.addresses().provable();
                    List<TrialPolicy.Identity> both =
                            List.of(
                                    TrialPolicy.account(4 + draw.random().nextInt(2)),
                                    TrialPolicy.account(6 + draw.random().nextInt(2)));
                    TrialPolicy.Identity lost = both.get(draw.random().nextInt(2));
                    return draw.trial(
                            server,
                            lost.name() + " at " + range,
                            range,
                            draw.openingTo(server, range, both),
                            "drop-identity " + lost.sid());
                });
        kind(
                "deny-entry-missing",
                "one chunk of the accounts lacks the denials",
                DETECTED_FAIL,
                draw -> {
                    String desk = TrialPolicy.anyDesk(draw.random());
                    TrialPolicy.Identity blocked = TrialPolicy.deskAccount(draw.random());
                    return draw.trial(
                            draw.of(LAYERED),
                            "block of " + blocked.name() + " at " + desk,
                            AddressRange.parse(desk),
                            draw.blocking(
                                    Map.of(
                                            "addresses",
                                            List.of(desk),
                                            "accounts",
                                            List.of(blocked.name()))),
                            "drop-denials");
                });
    }

    private void onIdentity(String name, String effect, Function<TrialDraw, String> fault) {
        kind(
                name,
                effect,
                DETECTED_FAIL,
                draw -> {
                    String server = draw.of(LAYERED);
                    AddressRange range = draw.addresses().provable();
                    TrialPolicy.Identity account = TrialPolicy.anyAccount(draw.random());
                    return draw.trial(
                            server,
                            account.name() + " at " + range,
                            range,
                            draw.openingTo(server, range, List.of(account)),
                            fault.apply(draw));
                });
    }

    private void reports() {
        onOpening(
                "stale-revision",
                "the new revision is reported active, the old one is in force",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("old-connectors", "old-firewall"));
        onOpening(
                "firewall-not-applied",
                "reported active, the firewall is the old one",
                DETECTED_FAIL,
                LAYERED,
                (range, random) -> List.of("old-firewall"));
        onOpening(
                "connectors-not-applied",
                "reported active, the connectors are the old ones",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("old-connectors"));
        onOpening(
                "read-back-lies",
                "read back as asked for, and nobody anonymous is let in",
                DETECTED_FAIL,
                ANY,
                (range, random) -> List.of("take-anonymous " + range.low()));
        onOpening(
                "put-back",
                "somebody puts the old connectors back after the read-back",
                DETECTED_READBACK,
                ANY,
                (range, random) -> List.of("put-back"));
        onOpening(
                "write-lost",
                "writes are accepted and do nothing",
                DETECTED_READBACK,
                ANY,
                (range, random) -> List.of("lose-writes"));
    }

    private void listener() {
        onOpening(
                "transient-for-a-while",
                "4xx for a while: no verdict, waited out",
                NO_ALARM,
                ANY,
                (range, random) -> List.of("reply-4xx " + transientSeconds));
        onOpening(
                "transient-for-ever",
                "4xx for ever",
                INCONCLUSIVE_UNDONE,
                ANY,
                (range, random) -> List.of("reply-4xx 0"));
        onOpening(
                "tarpit-longer",
                "refusals take longer than usual",
                NO_ALARM,
                ANY,
                (range, random) -> List.of("tarpit " + longTarpitMillis));
        // Behind a firewall that is read back, refused is what a firewall does: evidence, not
        // doubt.
        kinds.add(
                new FaultKind(
                        "connections-refused",
                        "nobody listens",
                        Set.of(INCONCLUSIVE_UNDONE, DETECTED_FAIL),
                        draw ->
                                opened(
                                        draw,
                                        draw.of(ANY),
                                        draw.addresses().any(),
                                        (range, random) -> List.of("refuse-connections"))));
        onOpening(
                "closed-early",
                "the server closes after its banner",
                INCONCLUSIVE_UNDONE,
                ANY,
                (range, random) -> List.of("close-early"));
        onOpening(
                "nonsense",
                "the server's banner is no SMTP",
                INCONCLUSIVE_UNDONE,
                ANY,
                (range, random) -> List.of("nonsense"));
    }

    private void paths() {
        kind(
                "load-balancer-untouched",
                "the load-balanced name leads to a server that nobody keeps",
                DETECTED_FAIL,
                draw -> {
                    FaultTrial trial =
                            opened(
                                    draw,
                                    TrialPolicy.BALANCED,
                                    draw.addresses().any(),
                                    (range, random) -> List.of());
                    return new FaultTrial(
                            trial.server(),
                            trial.where() + "by " + TrialPolicy.LOAD_BALANCED,
                            trial.operations(),
                            trial.faults(),
                            true,
                            trial.watched());
                });
        kind(
                "one-of-two-listeners",
                "one of the server's addresses obeys the old state",
                DETECTED_FAIL,
                draw -> {
                    String server = draw.of(LAYERED);
                    String number = server.substring(server.length() - 1);
                    String address =
                            "10.20.0." + (draw.random().nextBoolean() ? "1" : "11") + number;
                    return opened(
                            draw,
                            server,
                            draw.addresses().ipv4(),
                            (range, random) -> List.of("old-connectors-at " + address));
                });
        onOpening(
                "snat-hides-client",
                "every client seems to be a granted, or an ungranted, address",
                DETECTED_FAIL,
                ANY,
                (range, random) ->
                        List.of(
                                "masquerade "
                                        + switch (range.family()) {
                                            case IPV4 ->
                                                    random.nextBoolean()
                                                            ? "10.21.0.17"
                                                            : "203.0.113.9";
                                            case IPV6 ->
                                                    random.nextBoolean()
                                                            ? "fd00:21::9"
                                                            : "fd00:99::9";
                                        }));
    }

    private void agents() {
        onOpening(
                "clock-skew",
                "the agent's clock is wrong",
                NO_ALARM,
                ANY,
                (range, random) ->
                        List.of(
                                "clock-skew "
                                        + (random.nextBoolean() ? "" : "-")
                                        + (20 + random.nextInt(30))));
        onOpening(
                "agent-stops",
                "the agent stops answering after the publication",
                INCONCLUSIVE_UNDONE,
                ANY,
                (range, random) -> List.of("hang"));
        onOpening(
                "agent-cannot-apply",
                "every step is refused",
                DETECTED_ERROR,
                ANY,
                (range, random) -> List.of("fail-step"));
    }
}
