package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FirewallRefusalTest {
    private static ObservedFirewall with(FirewallProfile... profiles) {
        return new ObservedFirewall(List.of(profiles), List.of(), List.of(), List.of(), List.of());
    }

    private static FirewallProfile profile(
            Boolean on, Boolean allowed, Boolean blocked, Boolean local, Boolean security) {
        return new FirewallProfile("Domain", on, allowed, blocked, local, security, true);
    }

    private static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(profile(false, false, false, true, true), "is off"),
                Arguments.of(profile(null, false, false, true, true), "is on is not known"),
                Arguments.of(profile(true, true, false, true, true), "inbound action is Allow"),
                Arguments.of(profile(true, null, false, true, true), "action is not known"),
                Arguments.of(profile(true, false, true, true, true), "are blocked, so"),
                Arguments.of(profile(true, false, null, true, true), "blocked is not known"),
                Arguments.of(profile(true, false, false, false, true), "local rules are void"),
                Arguments.of(profile(true, false, false, null, true), "Rules is not known"),
                Arguments.of(profile(true, false, false, true, false), "security rules are void"),
                Arguments.of(profile(true, false, false, true, null), "IPsecRules is not known"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void eachReasonIsOneSentence(FirewallProfile profile, String part) {
        List<String> reasons = FirewallRefusal.reasons(with(profile));
        assertEquals(1, reasons.size(), reasons.toString());
        assertTrue(reasons.get(0).startsWith("Profile Domain: "), reasons.toString());
        assertTrue(reasons.get(0).contains(part), reasons.toString());
    }

    @Test
    void unusedProfilesAreNotAskedUnlessNoneIsKnownToBeUsed() {
        FirewallProfile off = new FirewallProfile("Public", false, false, false, true, true, false);
        assertEquals(
                List.of(),
                FirewallRefusal.reasons(with(FirewallProfile.usual("Domain", true), off)));
        assertEquals(1, FirewallRefusal.reasons(with(off)).size());
        assertEquals(1, FirewallRefusal.reasons(with()).size());
    }

    @Test
    void connectionSecurityIsAskedOnlyWhereItIsWanted() {
        ObservedFirewall observed = with(profile(true, false, false, true, false));
        assertEquals(
                List.of(),
                FirewallRefusal.reasons(observed, FirewallState.asFound(List.of(25), true)));
    }
}
