package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.AddressSet;
import io.postern.policy.EntryKind;
import io.postern.policy.Grant;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyError;
import io.postern.policy.PolicyHash;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyDocumentTest {
    static final String FULL =
            """
            version: 1
            acceptedDomains: [contoso.example, '*.contoso.example']
            servers:
              - {name: ex01, addresses: [10.20.0.11], ports: [25, 2526], ring: canary,
                 enforcement: [windows-firewall, exchange], kerberosRanges: [10.20.0.0/16],
                 loadBalancedNames: [smtp.contoso.example], mode: observe, repair: tightening}
              - {name: ex02}
            protectedSources:
              - {name: balancer, kind: loadbalancer, addresses: ['@printers'], tier: relay,
                 forwards: true}
            principals:
              - {name: 'CONTOSO\\Domain Computers', sid: S-1-5-21-1-2-3-515, kind: group}
              - {name: Staff, kind: group, members: [alice, 'Übung ''x''']}
            addressSets: {printers: [10.20.30.0/24, 'fd00:20:30::/64', '::ffff:10.1.1.1']}
            grants:
              - key: "line\\nbreak? no: key"
                from: {accounts: [staff]}
                to: {pickup: true}
                tier: relay
                reason: |
                  two
                  lines
              - key: 'yes'
                from: {addresses: ['@PRINTERS', 10.0.0.1-10.0.0.9], except: [10.0.0.5]}
                to: {servers: '*', ports: [25]}
                tier: internal
                notBefore: 2027-01-01
                expires: 2027-03-31T02:00:00+02:00
            blocks:
              - {key: b, from: {computers: [pc9]}, to: {servers: [EX02]}, expires: 2027-01-01}
            assertions:
              - {key: a, expect: none, address: '::1', account: (other), server: ex01, port: 2526}
            guardrails: [{rule: max-prefix-v4, limit: 20, level: hard, except: ['yes']}]
            """
                    .replace("\"line\\nbreak? no: key\"", "\"colon: key\"");

    @Test
    void readsEveryFieldToTheModel() {
        Policy policy = PolicyDocument.parse(FULL).policy();
        assertEquals(List.of(25, 2526), policy.server("EX01").orElseThrow().ports());
        assertEquals(List.of(25), policy.server("ex02").orElseThrow().ports());
        assertTrue(policy.protectedSources().get(0).forwards());
        assertEquals(Tier.RELAY, policy.protectedSources().get(0).tier());
        assertFalse(policy.principals().get(0).isExpandable());
        Grant pickup = policy.grants().get(0);
        assertEquals("colon: key", pickup.key());
        assertEquals("two\nlines\n", pickup.reason());
        assertEquals(new To(List.of(), List.of(), true), pickup.to());
        Grant grant = policy.grants().get(1);
        assertEquals("yes", grant.key());
        assertEquals(new To(List.of(), List.of(25), false), grant.to());
        assertEquals(Instant.parse("2027-01-01T00:00:00Z"), grant.notBefore());
        assertEquals(Instant.parse("2027-03-31T00:00:00Z"), grant.expires());
        assertEquals(
                AddressSet.parse(
                        "10.20.30.0/24",
                        "fd00:20:30::/64",
                        "10.1.1.1",
                        "10.0.0.1-10.0.0.4",
                        "10.0.0.6-10.0.0.9"),
                grant.from().effective());
        assertEquals(2526, policy.assertions().get(0).port());
        assertEquals(List.of("yes"), policy.guardrails().get(0).except());
    }

    @Test
    void warnsOfNamesNobodyDeclares() {
        List<String> messages =
                PolicyDocument.parse(FULL).warnings().stream()
                        .map(warning -> warning.at("f"))
                        .toList();
        assertEquals(
                List.of(
                        "f:13:42: 'alice' is not declared in principals; it counts as one of its"
                                + " own",
                        "f:13:49: 'Übung 'x'' is not declared in principals; it counts as one of"
                                + " its own",
                        "f:30:33: 'pc9' is not declared in principals; it counts as one of its own"),
                messages);
    }

    @Test
    void entriesMakeTheSameDocumentInAnyOrder() {
        PolicyDocument document = PolicyDocument.parse(FULL);
        for (long seed = 0; seed < 20; seed++) {
            List<PolicyEntry> shuffled = new ArrayList<>(document.entries());
            Collections.shuffle(shuffled, new Random(seed));
            PolicyDocument again = PolicyDocument.ofEntries(shuffled);
            assertEquals(document.toYaml(), again.toYaml(), "seed " + seed);
            assertEquals(
                    new HashSet<>(document.entries()),
                    new HashSet<>(again.entries()),
                    "seed " + seed);
        }
    }

    @Test
    void canonicalYamlReadsBackToTheSameEntriesAndBytes() throws IOException {
        for (String text : List.of(FULL, demo(), "version: 1\n")) {
            PolicyDocument document = PolicyDocument.parse(text);
            PolicyDocument again = PolicyDocument.parse(document.toYaml());
            assertEquals(document.toYaml(), again.toYaml());
            assertEquals(new HashSet<>(document.entries()), new HashSet<>(again.entries()));
            assertEquals(
                    PolicyHash.of(document.entries(), null), PolicyHash.of(again.entries(), null));
        }
    }

    static String demo() throws IOException {
        try (InputStream in = PolicyDocumentTest.class.getResourceAsStream("/demo/policy.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void entryJsonIsCanonical() {
        PolicyEntry entry =
                PolicyDocument.parse(FULL).entries().stream()
                        .filter(x -> x.kind() == EntryKind.GRANT && x.key().equals("yes"))
                        .findAny()
                        .orElseThrow();
        assertEquals(
                "{\"expires\":\"2027-03-31T02:00:00+02:00\",\"from\":{\"addresses\":[\"@PRINTERS\","
                        + "\"10.0.0.1-10.0.0.9\"],\"except\":[\"10.0.0.5\"]},\"key\":\"yes\","
                        + "\"notBefore\":\"2027-01-01\",\"tier\":\"internal\","
                        + "\"to\":{\"ports\":[25],\"servers\":\"*\"}}",
                entry.json());
    }

    @Test
    void jsonWithTabsAndEscapesIsReadLikeYaml() {
        String json =
                "{\n\t\"version\": 1,\n\t\"servers\":[{\"name\":\"ex01\"}],\"grants\":\t[{\"key\":"
                        + "\"\\u00e4\\ud83d\\ude00\\/ \\\"x\\\"\",\"from\":{\"addresses\":[\"10.0.0.1\"]},"
                        + "\"tier\":\"internal\",\"reason\":\"a\\tb\"}]}";
        Policy policy = PolicyDocument.parse(json).policy();
        assertEquals("ä😀/ \"x\"", policy.grants().get(0).key());
        assertEquals("a\tb", policy.grants().get(0).reason());
    }

    @Test
    void placesInJsonAreThoseOfTheFileWhateverItsEscapes() {
        String json = "{\"version\": 1,\n\t\"grants\": [\"a\\/b\\/c\", 7]}";
        InvalidPolicyException refused =
                assertThrows(InvalidPolicyException.class, () -> PolicyDocument.parse(json));
        assertEquals(2, refused.errors().size());
        assertEquals("2:13", place(refused.errors().get(0)));
        assertEquals("2:24", place(refused.errors().get(1)));
    }

    private static String place(PolicyError error) {
        return error.line() + ":" + error.column();
    }

    @Test
    void theDemoPolicyHasTenGrantsOverTwoServersAndNoWarning() throws IOException {
        PolicyDocument document = PolicyDocument.parse(demo());
        assertEquals(10, document.policy().grants().size());
        assertEquals(2, document.policy().servers().size());
        assertEquals(List.of(), document.warnings());
        assertEquals(
                1,
                document.policy().grants().stream()
                        .filter(grant -> grant.tier() == Tier.RELAY)
                        .count());
        document.policy()
                .grants()
                .forEach(
                        grant -> {
                            assertTrue(grant.owner() != null && grant.reason() != null);
                            assertTrue(
                                    grant.ticket() != null
                                            && grant.expires().toString().startsWith("2028"),
                                    grant.key());
                            assertFalse(grant.from().needsIdentity(), grant.key());
                        });
    }
}
