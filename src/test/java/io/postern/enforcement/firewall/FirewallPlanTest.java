package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallPlanTest {
    private static final ObservedFirewall FRESH = DefaultFirewall.ofFreshServer();
    private static final List<Integer> PORTS = List.of(25);

    private static FirewallState state(String more) {
        return FirewallDraft.compile(FirewallDraft.policy(more)).state();
    }

    private static final FirewallState PRINTERS =
            state(
                    """
                    grants:
                      - {key: printers, from: {addresses: [10.20.30.0/24]}, to: {}, tier: internal}
                    """);

    private static final FirewallState ACCOUNTS = accounts("10.20.40.0/24");

    private static FirewallState accounts(String addresses) {
        return state(
                """
                principals: [{name: u1, sid: S-1-5-21-1-2-3-1, kind: user}]
                grants:
                  - {key: accounts, from: {addresses: [%s], accounts: [u1]}, to: {}, tier: internal}
                """
                        .formatted(addresses));
    }

    @Test
    void ownRulesComeFirstThenCopiesThenOriginalsGoOffAndUndoIsTheReverse() {
        List<FirewallStep> steps = FirewallPlan.between(FRESH, ACCOUNTS);
        assertEquals(
                List.of(
                        "CreateSet",
                        "CreateSet",
                        "CreateSecurityRule",
                        "CreateSecurityRule",
                        "CreateRule",
                        "CreateRule",
                        "CopyRule",
                        "CopyRule",
                        "CopyRule",
                        "DisableOriginal",
                        "DisableOriginal",
                        "DisableOriginal"),
                FirewallDraft.kinds(steps));
        assertTrue(((FirewallStep.CreateSecurityRule) steps.get(2)).rule().isExemption());
        ObservedFirewall closed = FirewallDraft.after(FRESH, steps);
        assertEquals(ACCOUNTS, FirewallPlan.held(closed, PORTS));
        List<FirewallStep> back = FirewallPlan.between(closed, FirewallState.asFound(PORTS, false));
        List<FirewallStep> inverse = new ArrayList<>();
        steps.forEach(step -> inverse.add(step.inverse()));
        Collections.reverse(inverse);
        assertEquals(FirewallDraft.kinds(inverse), FirewallDraft.kinds(back));
        assertEquals(FRESH, FirewallDraft.after(closed, back));
        assertEquals(FRESH, FirewallDraft.after(closed, inverse));
    }

    @Test
    void nothingIsDoneTwice() {
        ObservedFirewall closed = FirewallDraft.reached(FRESH, ACCOUNTS);
        assertEquals(List.of(), FirewallPlan.between(closed, ACCOUNTS));
    }

    @Test
    void aChangedGrantIsMadeBeforeTheOldOneIsTakenAway() {
        ObservedFirewall closed = FirewallDraft.reached(FRESH, ACCOUNTS);
        assertEquals(
                List.of("CreateRule", "RemoveRule"),
                FirewallDraft.kinds(FirewallPlan.between(closed, accounts("10.20.41.0/24"))));
    }

    @Test
    void anExemptionIsThereBeforeAndAfterTheRequest() {
        ObservedFirewall closed = FirewallDraft.reached(FRESH, ACCOUNTS);
        List<FirewallStep> steps = FirewallPlan.between(closed, PRINTERS);
        List<ConnectionSecurityRule> removed =
                steps.stream()
                        .filter(FirewallStep.RemoveSecurityRule.class::isInstance)
                        .map(step -> ((FirewallStep.RemoveSecurityRule) step).rule())
                        .toList();
        assertEquals(
                List.of(false, true),
                removed.stream().map(ConnectionSecurityRule::isExemption).toList());
    }

    @Test
    void anOriginalThatAnUpdateAddsAgainIsClosedWithoutASecondCopy() {
        FirewallRule old = FirewallDraft.rule("{1}", "Front", FirewallDraft.EXCHANGE, "25", "587");
        ObservedFirewall found = FirewallDraft.observed(old);
        ObservedFirewall closed = FirewallDraft.reached(found, PRINTERS);
        FirewallRule added = old.named("{2}");
        for (boolean isOldGone : List.of(true, false)) {
            ObservedFirewall updated =
                    FirewallDraft.with(
                            closed,
                            closed.rules().stream()
                                    .filter(rule -> !isOldGone || !rule.name().equals("{1}"))
                                    .toList());
            updated = FirewallDraft.plus(updated, added);
            assertFalse(FirewallPlan.held(updated, PORTS).originalsClosed());
            List<FirewallStep> steps = FirewallPlan.between(updated, PRINTERS);
            assertEquals(List.of(new FirewallStep.DisableOriginal("{2}", "Front")), steps);
            ObservedFirewall again = FirewallDraft.after(updated, steps);
            assertEquals(PRINTERS, FirewallPlan.held(again, PORTS));
            ObservedFirewall restored =
                    FirewallDraft.reached(again, FirewallState.asFound(PORTS, false));
            assertTrue(FirewallDraft.named(restored, isOldGone ? "{2}" : "{1}").enabled());
            assertTrue(restored.rules().stream().noneMatch(FirewallRule::isOwn));
        }
    }

    @Test
    void anOriginalForOurPortAloneLeavesADisabledCopyToRememberIt() {
        ObservedFirewall found =
                FirewallDraft.observed(FirewallDraft.rule("{1}", "Only", "Any", "25"));
        ObservedFirewall closed = FirewallDraft.reached(found, PRINTERS);
        FirewallRule copy =
                closed.rules().stream()
                        .filter(rule -> rule.displayName().equals("!Only"))
                        .findFirst()
                        .orElseThrow();
        assertFalse(copy.enabled());
        assertEquals(List.of("25"), copy.localPorts());
        assertEquals(found, FirewallDraft.reached(closed, FirewallState.asFound(PORTS, false)));
    }

    @Test
    void whatSomebodyElseDisabledStaysDisabled() {
        ObservedFirewall found =
                FirewallDraft.observed(
                        FirewallDraft.rule("{1}", "Front", FirewallDraft.EXCHANGE, "25", "587"),
                        FirewallDraft.rule("{2}", "Front", FirewallDraft.EXCHANGE, "25", "587")
                                .enabled(false));
        ObservedFirewall closed = FirewallDraft.reached(found, PRINTERS);
        assertEquals(found, FirewallDraft.reached(closed, FirewallState.asFound(PORTS, false)));
    }

    @Test
    void rulesOfGroupPolicyAndOthersAreNeverWritten() {
        FirewallRule policy =
                FirewallDraft.of(
                        FirewallDraft.rule("{1}", "By policy", "Any", "25"), "TCP", "GroupPolicy");
        FirewallRule wide =
                FirewallDraft.of(FirewallDraft.rule("{2}", "Wide", "Any", "Any"), "Any", "Local");
        FirewallRule other = FirewallDraft.rule("{3}", "Other", "C:\\x\\relay.exe", "25");
        ObservedFirewall found = FirewallDraft.observed(policy, wide, other);
        assertTrue(OriginalRules.opens(policy, 25));
        assertTrue(OriginalRules.opens(wide, 25));
        assertFalse(OriginalRules.opens(other, 25));
        assertEquals(
                List.of("CreateRule"), FirewallDraft.kinds(FirewallPlan.between(found, PRINTERS)));
    }

    @Test
    void exchangesProgramsAreKnownByFileNameInAnyForm() {
        for (String program :
                List.of(
                        "C:\\X\\EdgeTransport.EXE",
                        "%ExchangeInstallPath%Bin/msexchangefrontendtransport.exe",
                        "edgetransport.exe")) {
            assertTrue(
                    OriginalRules.opens(FirewallDraft.rule("{1}", "x", program, "20-30"), 25),
                    program);
        }
        for (String program : List.of("C:\\edgetransport.exe\\x.exe", "notedgetransport.exe")) {
            assertFalse(
                    OriginalRules.opens(FirewallDraft.rule("{1}", "x", program, "25"), 25),
                    program);
        }
    }

    @Test
    void aCopyThatSomebodyOpenedIsMadeAgain() {
        ObservedFirewall closed = FirewallDraft.reached(FRESH, PRINTERS);
        ObservedFirewall changed =
                FirewallDraft.with(
                        closed,
                        closed.rules().stream()
                                .map(
                                        rule ->
                                                rule.displayName().startsWith("!MSExchangeFront")
                                                        ? FirewallDraft.ports(rule, "25", "587")
                                                        : rule)
                                .toList());
        assertFalse(FirewallPlan.held(changed, PORTS).originalsClosed());
        List<FirewallStep> steps = FirewallPlan.between(changed, PRINTERS);
        assertEquals(List.of("RemoveCopy", "CopyRule"), FirewallDraft.kinds(steps));
        assertEquals(PRINTERS, FirewallPlan.held(FirewallDraft.after(changed, steps), PORTS));
    }

    @Test
    void aRuleWithOurNameAndNotOurGroupIsRefused() {
        String name = PRINTERS.rules().get(0).name();
        ObservedFirewall taken =
                FirewallDraft.observed(FirewallDraft.rule(name, "Mine", "Any", "80"));
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> FirewallPlan.between(taken, PRINTERS));
        assertTrue(refused.getMessage().contains(name), refused.getMessage());
    }

    @Test
    void ourRulesInAGroupPolicyAreNotTheAgents() {
        FirewallRule policy = FirewallDraft.of(PRINTERS.rules().get(0), "TCP", "GroupPolicy");
        ObservedFirewall found = FirewallDraft.observed(policy);
        assertEquals(List.of(), FirewallPlan.held(found, PORTS).rules());
        assertEquals(
                List.of("CreateRule"), FirewallDraft.kinds(FirewallPlan.between(found, PRINTERS)));
    }

    @Test
    void whatWasNotReadIsNotWritten() {
        ObservedFirewall unread =
                new ObservedFirewall(FRESH.profiles(), FRESH.rules(), null, null, List.of());
        assertThrows(IllegalArgumentException.class, () -> FirewallPlan.between(unread, ACCOUNTS));
        assertEquals(7, FirewallPlan.between(unread, PRINTERS).size());
    }
}
