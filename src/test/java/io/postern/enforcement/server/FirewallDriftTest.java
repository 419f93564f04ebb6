package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallDraft;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A firewall as it should be, and whatever somebody may do to it. */
class FirewallDriftTest {
    private static final FirewallState DESIRED = desired();
    private static final ObservedFirewall INTACT =
            FirewallDraft.reached(DefaultFirewall.ofFreshServer(), DESIRED);
    private static final FirewallRule PLAIN = own("postern-25-addresses-");
    private static final FirewallRule SECURE = own("postern-25-a-");
    private static final FirewallRule COPY = named("!MSExchangeTransportWorker (GFW) (TCP-In)");
    private static final FirewallRule ORIGINAL = named("MSExchangeTransportWorker (GFW) (TCP-In)");

    private static FirewallState desired() {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers:
                                  - {name: EX01, addresses: [10.0.0.77], kerberosRanges: [10.0.0.0/16],
                                     enforcement: [windows-firewall, exchange]}
                                principals: [{name: alice, sid: S-1-5-21-1-2-3-1, kind: user}]
                                grants:
                                  - {key: a, from: {accounts: [alice], addresses: [10.0.1.0/24]}, to: {}, tier: relay}
                                  - {key: p, from: {addresses: [10.0.9.0/24]}, to: {}, tier: internal}
                                """)
                        .policy();
        ObservedServer fresh =
                new ObservedServer(
                        DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                        DefaultFirewall.ofFreshServer());
        return ServerCompiler.compile(
                        policy,
                        policy.servers().get(0),
                        1,
                        fresh,
                        Instant.parse("2026-07-01T00:00:00Z"))
                .desired()
                .layers()
                .firewall();
    }

    private static FirewallRule own(String prefix) {
        return INTACT.rules().stream()
                .filter(rule -> rule.name().startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static FirewallRule named(String displayName) {
        return INTACT.rules().stream()
                .filter(rule -> rule.displayName().equals(displayName))
                .findFirst()
                .orElseThrow();
    }

    private static ObservedFirewall replaced(FirewallRule old, FirewallRule... by) {
        List<FirewallRule> rules = new ArrayList<>(INTACT.rules());
        rules.remove(old);
        rules.addAll(List.of(by));
        return FirewallDraft.with(INTACT, rules);
    }

    private static FirewallRule changed(
            FirewallRule rule, String group, String action, String user, List<String> remote) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                group,
                rule.enabled(),
                action,
                rule.profile(),
                rule.protocol(),
                rule.localPorts(),
                rule.localAddresses(),
                remote,
                user,
                rule.remoteMachine(),
                action.equals("Bypass") ? "Required" : rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                rule.source(),
                rule.other());
    }

    private static FirewallRule wider(FirewallRule rule) {
        return changed(rule, rule.group(), rule.action(), rule.remoteUser(), List.of("Any"));
    }

    private static ObservedFirewall more(FirewallRule rule) {
        return FirewallDraft.plus(INTACT, rule);
    }

    private static FirewallRule foreign(String program, String... ports) {
        return FirewallDraft.rule("{foreign}", "Foreign", program, ports);
    }

    private static FirewallRule ofService(FirewallRule rule, String service) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                rule.localPorts(),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                service,
                rule.interfaces(),
                rule.source(),
                rule.other());
    }

    private static ObservedFirewall profile(UnaryOperator<FirewallProfile> change) {
        List<FirewallProfile> profiles = new ArrayList<>(INTACT.profiles());
        profiles.set(0, change.apply(profiles.get(0)));
        return new ObservedFirewall(
                profiles,
                INTACT.rules(),
                INTACT.securityRules(),
                INTACT.authenticationSets(),
                List.of());
    }

    private static FirewallProfile profile(
            boolean enabled, boolean inboundAllowed, boolean localRules, boolean localSecurity) {
        return new FirewallProfile(
                "Domain", enabled, inboundAllowed, false, localRules, localSecurity, true);
    }

    private static ObservedFirewall security(
            List<ConnectionSecurityRule> rules, List<AuthenticationSet> sets) {
        return new ObservedFirewall(INTACT.profiles(), INTACT.rules(), rules, sets, List.of());
    }

    /** Every finding as {@code kind rule revertible}, by what somebody did. */
    private record Case(String name, ObservedFirewall observed, List<String> findings) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, ObservedFirewall observed, String... findings) {
        return new Case(name, observed, List.of(findings));
    }

    static List<Case> cases() {
        AuthenticationSet phase1 = INTACT.authenticationSets().get(0);
        AuthenticationSet weaker =
                new AuthenticationSet(
                        phase1.name(),
                        phase1.displayName(),
                        phase1.group(),
                        1,
                        List.of("MachineKerberos", "Anonymous"));
        List<AuthenticationSet> weakened = new ArrayList<>(INTACT.authenticationSets());
        weakened.set(0, weaker);
        List<AuthenticationSet> taken = new ArrayList<>(INTACT.authenticationSets());
        taken.set(
                0,
                new AuthenticationSet(
                        phase1.name(), phase1.displayName(), "", 1, phase1.proposals()));
        FirewallRule again = ORIGINAL.named("{again}").enabled(true);
        return List.of(
                of("nothing", INTACT),
                of("a rule removed", replaced(PLAIN), "MISSING " + PLAIN.name() + " true"),
                of(
                        "a rule widened",
                        replaced(SECURE, wider(SECURE)),
                        "CHANGED " + SECURE.name() + " true"),
                of(
                        "a rule switched off",
                        replaced(PLAIN, PLAIN.enabled(false)),
                        "CHANGED " + PLAIN.name() + " true"),
                of(
                        "a rule added to our group",
                        more(changed(foreign("Any", "25"), "Postern", "Allow", "", List.of("Any"))),
                        "FOREIGN {foreign} true"),
                of(
                        "an original on again",
                        replaced(ORIGINAL, ORIGINAL.enabled(true)),
                        "EFFECTIVE " + ORIGINAL.name() + " true"),
                of(
                        "an original on again under a new name",
                        replaced(ORIGINAL, again),
                        "EFFECTIVE {again} true"),
                of(
                        "an original there twice after an update",
                        more(again),
                        "EFFECTIVE {again} true"),
                of(
                        "a rule of somebody else's for the port",
                        more(foreign("Any", "20-30")),
                        "EFFECTIVE {foreign} true",
                        "MISSING postern-copy true"),
                of(
                        "a rule by Group Policy",
                        more(FirewallDraft.of(foreign("Any", "25"), "TCP", "GroupPolicy")),
                        "EFFECTIVE {foreign} false"),
                of(
                        "a rule for every port",
                        more(foreign(FirewallDraft.EXCHANGE, "Any")),
                        "EFFECTIVE {foreign} false"),
                of(
                        "a rule for every protocol",
                        more(FirewallDraft.of(foreign("Any", "Any"), "Any", "Local")),
                        "EFFECTIVE {foreign} false"),
                of(
                        "a rule for Exchange's service",
                        more(ofService(foreign("Any", "25"), "MSExchangeFrontendTransport")),
                        "EFFECTIVE {foreign} false"),
                of("a rule of another program", more(foreign("C:\\other.exe", "25"))),
                of("a rule of another port", more(foreign("Any", "587"))),
                of("a rule that is off", more(foreign("Any", "25").enabled(false))),
                of(
                        "a rule that blocks",
                        more(changed(foreign("Any", "25"), "", "Block", "", List.of("Any")))),
                of(
                        "a bypass rule",
                        more(changed(foreign("Any", "25"), "", "Bypass", "", List.of("Any"))),
                        "EFFECTIVE {foreign} false"),
                of(
                        "a bypass rule of another program",
                        more(
                                changed(
                                        foreign("C:\\other.exe", "25"),
                                        "",
                                        "Bypass",
                                        "",
                                        List.of("Any")))),
                of(
                        "a rule of ours by Group Policy that is not desired",
                        more(
                                FirewallDraft.of(
                                        changed(
                                                foreign("Any", "25"),
                                                "Postern",
                                                "Allow",
                                                "",
                                                List.of("Any")),
                                        "TCP",
                                        "GroupPolicy")),
                        "EFFECTIVE {foreign} false"),
                of(
                        "a rule of ours by Group Policy too",
                        more(FirewallDraft.of(PLAIN, "TCP", "GroupPolicy"))),
                of("a copy removed", replaced(COPY), "MISSING " + ORIGINAL.name() + " false"),
                of(
                        "a copy opened by somebody",
                        replaced(COPY, FirewallDraft.ports(COPY, "25", "587")),
                        "CHANGED " + COPY.name() + " true"),
                of(
                        "a copy switched off",
                        replaced(COPY, COPY.enabled(false)),
                        "CHANGED " + COPY.name() + " true"),
                of(
                        "the profile off",
                        profile(one -> profile(false, false, true, true)),
                        "EFFECTIVE profile false"),
                of(
                        "inbound allowed",
                        profile(one -> profile(true, true, true, true)),
                        "EFFECTIVE profile false"),
                of(
                        "local rules void",
                        profile(one -> profile(true, false, false, true)),
                        "EFFECTIVE profile false"),
                of(
                        "local connection security rules void",
                        profile(one -> profile(true, false, true, false)),
                        "EFFECTIVE profile false"),
                of(
                        "connection security rules removed",
                        security(List.of(), INTACT.authenticationSets()),
                        INTACT.securityRules().stream()
                                .map(rule -> "MISSING " + rule.name() + " true")
                                .toArray(String[]::new)),
                of(
                        "an authentication set that proves nothing",
                        security(INTACT.securityRules(), weakened),
                        "CHANGED " + phase1.name() + " true"),
                of(
                        "authentication sets and security rules removed",
                        security(List.of(), List.of()),
                        "MISSING " + INTACT.securityRules().get(0).name() + " true",
                        "MISSING " + INTACT.securityRules().get(1).name() + " true",
                        "MISSING postern-phase1 true",
                        "MISSING postern-phase2 true"),
                of("connection security not read", security(null, null), "CHANGED firewall false"),
                of(
                        "a name of ours taken by somebody",
                        replaced(PLAIN, changed(PLAIN, "", "Allow", "", PLAIN.remoteAddresses())),
                        "CHANGED firewall false",
                        "EFFECTIVE " + PLAIN.name() + " false"),
                of(
                        "a name of a set of ours taken by somebody",
                        security(INTACT.securityRules(), taken),
                        "CHANGED firewall false"),
                of(
                        "the name of a copy taken by somebody",
                        replaced(
                                COPY,
                                FirewallDraft.rule(COPY.name(), "Somebody's", "Any", "26"),
                                ORIGINAL.named("{again}").enabled(true)),
                        "EFFECTIVE {again} true",
                        "MISSING postern-copy true"),
                of(
                        "the name of a copy that is needed taken by somebody",
                        FirewallDraft.with(
                                INTACT,
                                List.of(
                                        PLAIN,
                                        SECURE,
                                        ORIGINAL.enabled(true),
                                        FirewallDraft.rule(
                                                COPY.name(), "Somebody's", "Any", "26"))),
                        "CHANGED firewall false",
                        "EFFECTIVE " + ORIGINAL.name() + " false"),
                of(
                        "account lists in another form",
                        replaced(
                                SECURE,
                                changed(
                                        SECURE,
                                        SECURE.group(),
                                        SECURE.action(),
                                        SECURE.remoteUser().replace("O:LSD:", "D:"),
                                        SECURE.remoteAddresses()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyDifferenceIsFoundAndNoneThatIsNone(Case one) {
        List<DriftFinding> found = FirewallDrift.of(DESIRED, one.observed());
        List<String> texts =
                found.stream()
                        .map(
                                finding ->
                                        finding.kind()
                                                + " "
                                                + finding.subject()
                                                        .replaceAll("^postern-copy-.*$", copy(one))
                                                + " "
                                                + finding.isRevertible())
                        .sorted()
                        .toList();
        assertEquals(one.findings().stream().sorted().toList(), texts, found.toString());
        found.forEach(
                finding -> assertFalse(finding.detail().isBlank() || finding.remedy().isBlank()));
    }

    /** The name of a copy that is not known beforehand is not compared. */
    private static String copy(Case one) {
        return one.findings().stream().anyMatch(text -> text.contains(COPY.name()))
                ? COPY.name()
                : "postern-copy";
    }

    @Test
    void aFirewallThatIsToBeAsFoundDoesNotDriftByItsOwnRules() {
        FirewallState asFound = FirewallState.asFound(List.of(25), false);
        assertEquals(List.of(), FirewallDrift.of(asFound, DefaultFirewall.ofFreshServer()));
        List<DriftFinding> left = FirewallDrift.of(asFound, INTACT);
        assertTrue(left.stream().anyMatch(one -> one.subject().equals(PLAIN.name())));
    }

    @Test
    void aReAddedOriginalIsToldByItsNameItsPortAndFromWhere() {
        FirewallRule again = ORIGINAL.named("{again}").enabled(true);
        DriftFinding finding = FirewallDrift.of(DESIRED, replaced(ORIGINAL, again)).get(0);
        assertEquals(
                "'MSExchangeTransportWorker (GFW) (TCP-In)' is on again and opens port 25 to every"
                        + " address",
                finding.detail());
    }

    @Test
    void mendingIsTighteningWhereItOnlyClosesAndNotWhereItOpensAnyPort() {
        assertTrue(ServerSteps.opensNothing(more(foreign("Any", "25", "587")), DESIRED));
        assertTrue(ServerSteps.opensNothing(replaced(ORIGINAL, ORIGINAL.enabled(true)), DESIRED));
        assertTrue(ServerSteps.opensNothing(replaced(SECURE, wider(SECURE)), DESIRED));
        assertTrue(
                ServerSteps.opensNothing(
                        replaced(COPY, FirewallDraft.ports(COPY, "25", "587")), DESIRED));
        assertFalse(ServerSteps.opensNothing(replaced(PLAIN), DESIRED));
        FirewallRule frontend = named("!MSExchangeFrontendTransport (TCP-In)");
        assertFalse(
                ServerSteps.opensNothing(
                        replaced(frontend, FirewallDraft.ports(frontend, "587")), DESIRED),
                "a copy that somebody narrowed opens port 717 again");
        assertFalse(
                ServerSteps.opensNothing(replaced(frontend, frontend.enabled(false)), DESIRED),
                "a copy that somebody switched off opens its ports again");
        assertFalse(ServerSteps.opensNothing(security(null, null), DESIRED));
    }
}
