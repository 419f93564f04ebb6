package io.postern.enforcement.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Tier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lists of restrictions let through, and texts that cannot be read. */
class RestrictionTableTest {
    @ParameterizedTest(name = "{0} = {1}: {2} gets {3}, {4} unknowns")
    @CsvSource(
            delimiter = '|',
            value = {
                "smtpd_client_restrictions|permit|10.9.9.9|INTERNAL|0",
                "smtpd_client_restrictions|reject|10.9.9.9|NONE|0",
                "smtpd_client_restrictions|permit_mynetworks, reject|10.1.0.1|RELAY|0",
                "smtpd_client_restrictions|permit_mynetworks, reject|10.1.9.1|NONE|0",
                "smtpd_client_restrictions|warn_if_reject reject|10.9.9.9|INTERNAL|0",
                "smtpd_client_restrictions|REJECT|10.9.9.9|NONE|0",
                "smtpd_client_restrictions|reject_rbl_client permit, reject|10.9.9.9|NONE|0",
                "smtpd_client_restrictions|sleep 1, reject|10.9.9.9|NONE|0",
                "smtpd_client_restrictions|check_client_access hash:/x, reject|10.9.9.9|INTERNAL|1",
                "smtpd_client_restrictions|check_policy_service { inet:1.2.3.4:1, timeout=1 },"
                        + " reject|10.9.9.9|INTERNAL|1",
                "smtpd_client_restrictions|some_class, reject|10.9.9.9|INTERNAL|1",
                "smtpd_client_restrictions|reject_unauth_destination|10.1.0.1|INTERNAL|0",
                "smtpd_relay_restrictions|permit_mynetworks, reject|10.9.9.9|NONE|0",
                "smtpd_relay_restrictions|permit_mynetworks reject_unauth_destination|10.1.0.1"
                        + "|RELAY|0",
                "smtpd_relay_restrictions|permit_auth_destination, reject|10.1.0.1|INTERNAL|0",
                "smtpd_relay_restrictions|permit_sasl_authenticated, defer_unauth_destination"
                        + "|10.1.0.1|INTERNAL|0",
                "smtpd_relay_restrictions||10.9.9.9|RELAY|0",
                "smtpd_relay_restrictions|warn_if_reject reject_unauth_destination|10.9.9.9|RELAY"
                        + "|0",
                "smtpd_relay_restrictions|permit_tls_clientcerts, reject_unauth_destination"
                        + "|10.9.9.9|INTERNAL|1",
                "smtpd_relay_restrictions|permit_mx_backup, reject_unauth_destination|10.9.9.9"
                        + "|RELAY|1",
                "smtpd_relay_restrictions|permit_inet_interfaces, reject_unauth_destination"
                        + "|10.9.9.9|RELAY|1",
                "smtpd_recipient_restrictions|reject_unauth_destination|10.1.0.1|INTERNAL|0",
                "smtpd_recipient_restrictions|permit_mynetworks, reject|10.1.0.1|RELAY|0",
                "smtpd_helo_restrictions|reject|10.1.0.1|NONE|0",
                "smtpd_sender_restrictions|permit, reject|10.1.0.1|RELAY|0",
                "mynetworks|cidr:/etc/nets|10.9.9.9|RELAY|1",
                "mynetworks|!cidr:/etc/nets 10.0.0.0/8|10.9.9.9|RELAY|1",
                "mynetworks|[::ffff:10.9.0.0]/112|10.9.9.9|RELAY|0",
                "mynetworks|[fd00::]/8|fd00::1|RELAY|0",
                "inet_protocols|ipv6|10.1.0.1|NONE|0",
                "inet_interfaces|loopback-only|10.1.0.1|NONE|0",
                "smtpd_authorized_xclient_hosts|10.0.0.1|10.9.9.9|INTERNAL|1",
            })
    void eachRestrictionMeansWhatPostfixMakesOfIt(
            String name, String value, String client, Tier tier, int unknowns) {
        PostfixEffect effect =
                PostfixEffect.of(host(Map.of(name, value == null ? "" : value), "25"));
        assertEquals(tier, tier(effect, client));
        assertEquals(unknowns, effect.unknowns(25).size(), effect.unknowns(25).toString());
    }

    private static Tier tier(PostfixEffect effect, String client) {
        return effect.passages(25).stream()
                .filter(one -> one.addresses().contains(Address.parse(client)))
                .map(Passage::tier)
                .max(Tier::compareTo)
                .orElse(Tier.NONE);
    }

    private static ObservedPostfix host(Map<String, String> values, String service) {
        Map<String, String> effective = new TreeMap<>(ObservedPostfix.ofFreshHost().effective());
        effective.put("mynetworks", "!10.1.9.0/24, 10.1.0.0/16 [fd00::]/8");
        effective.putAll(values);
        ObservedPostfix fresh = ObservedPostfix.ofFreshHost();
        return new ObservedPostfix(
                fresh.tableDirectory(),
                fresh.held(),
                List.of(),
                fresh.set(),
                effective,
                List.of(new PostfixService(service, "inet", "smtpd", Map.of())),
                true,
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "smtp,INTERNAL",
        "25,INTERNAL",
        "10.0.0.1:smtp,INTERNAL",
        "[::1]:26,NONE",
        "127.0.0.1:25,NONE",
        "submission,NONE",
        "no-such-name,INTERNAL",
    })
    void aServiceIsCountedOnItsPort(String service, Tier tier) {
        assertEquals(tier, tier(PostfixEffect.of(host(Map.of(), service)), "10.9.9.9"));
    }

    @Test
    void refusalsAtConnectKnowNoRecipient() {
        Map<String, String> values =
                Map.of(
                        "smtpd_delay_reject",
                        "no",
                        "smtpd_client_restrictions",
                        "reject_unauth_destination");
        assertEquals(Tier.RELAY, tier(PostfixEffect.of(host(values, "25")), "10.1.0.1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|10.0.0.1 DUNNO\\n0.0.0.0/0 REJECT no\\n::/0 REJECT no|10.0.0.1|10.0.0.2",
                "-|10.0.0.1 REJECT\\n10.0.0.0/8 OK\\n0.0.0.0/0 550 no\\n::/0 DEFER"
                        + "|10.0.0.2|10.0.0.1",
                "-|10.0.0.0/8 REJECT|11.0.0.1|10.0.0.1",
                "-|10.0.0.0/8 REJECT\\nif 0.0.0.0/0\\n0.0.0.0/0 REJECT|11.0.0.1|10.0.0.1",
                "-|10.0.0.0/8 HOLD\\n0.0.0.0/0 REJECT|10.0.0.1|-",
                "-|10.0.0.1/8 REJECT\\n0.0.0.0/0 REJECT|10.0.0.1|-",
                "-|# nothing|10.0.0.1|-",
            })
    void aTableIsReadAsPostfixDoesAndWhatIsNotKnownCountsAsOpen(
            String nothing, String text, String in, String out) {
        AddressSet through = CidrTable.clients(text.replace("\\n", "\n")).through();
        assertEquals(true, through.contains(Address.parse(in)));
        assertEquals(out != null, out != null && !through.contains(Address.parse(out)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no equals sign|mynetworks = x|postconf says 'no equals sign', which is no"
                        + " parameter",
                "''|mynetworks = x|postconf does not know smtpd_relay_restrictions: Postfix 2.10 or"
                        + " newer is needed",
            })
    void whatCannotBeReadIsAClearError(String explicit, String effective, String message) {
        PostfixOutputs outputs =
                new PostfixOutputs(
                        "/etc/postfix/postern", null, null, explicit, effective, "", "", true, "");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> PostfixReading.of(outputs));
        assertEquals(message, e.getMessage());
    }

    @Test
    void nothingThatCouldActGetsIntoAFile() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new PostfixParameters("permit\nmynetworks = 0.0.0.0/0", null));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new PostfixState(
                                true,
                                PostfixParameters.UNSET,
                                List.of("10.0.0.1 OK\n0.0.0.0/0"),
                                List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        PostfixText.parameter(
                                PostfixParameters.CLIENT,
                                "/etc/postfix, permit",
                                PostfixParameters.UNSET));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PostfixStep.SetParameter("mynetworks", null, "0.0.0.0/0"));
    }
}
