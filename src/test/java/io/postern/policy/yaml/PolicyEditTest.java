package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.policy.EntryKind;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.Operation;
import io.postern.policy.PolicyEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyEditTest {
    private static final List<PolicyEntry> BASE =
            PolicyDocument.parse(
                            """
                            version: 1
                            servers: [{name: ex01}]
                            addressSets: {printers: [10.0.0.1]}
                            grants:
                              - {key: b, from: {addresses: ['@printers']}, tier: internal}
                              - {key: a, from: {addresses: [10.0.0.2]}, to: {servers: [ex01]},
                                 tier: internal}
                            """)
                    .entries();

    private static Operation put(EntryKind kind, String key, String json) {
        return new Operation(Operation.Action.PUT, kind, key, json);
    }

    private static Operation remove(EntryKind kind, String key) {
        return new Operation(Operation.Action.REMOVE, kind, key, null);
    }

    private static List<String> keys(List<PolicyEntry> entries) {
        return entries.stream().map(entry -> entry.kind().section() + " " + entry.key()).toList();
    }

    private static List<String> faults(Operation... operations) {
        return assertThrows(
                        InvalidPolicyException.class,
                        () -> PolicyEdit.apply(BASE, List.of(operations)))
                .errors()
                .stream()
                .map(error -> error.pointer() + " | " + error.message())
                .toList();
    }

    @Test
    void addsReplacesAndRemovesAndSortsTheResult() {
        List<PolicyEntry> after =
                PolicyEdit.apply(
                        BASE,
                        List.of(
                                put(
                                        EntryKind.GRANT,
                                        "c",
                                        "{\"tier\": \"relay\", \"key\": \"c\","
                                                + " \"from\": {\"addresses\": [\"10.0.0.3\"]}}"),
                                put(EntryKind.ADDRESS_SET, "PRINTERS", "[\"10.0.0.9\"]"),
                                remove(EntryKind.GRANT, "a")));
        assertEquals(
                List.of("servers ex01", "addressSets PRINTERS", "grants b", "grants c"),
                keys(after));
        assertEquals(
                "{\"from\":{\"addresses\":[\"10.0.0.3\"]},\"key\":\"c\",\"tier\":\"relay\"}",
                after.get(3).json());
    }

    @Test
    void noOperationSortsTheBase() {
        assertEquals(
                List.of("servers ex01", "addressSets printers", "grants a", "grants b"),
                keys(PolicyEdit.apply(BASE, List.of())));
    }

    @Test
    void everyFaultPointsIntoItsOperation() {
        assertEquals(
                List.of(
                        "/operations/0 | grants 'zz' cannot be removed: it is not there",
                        "/operations/1/entry/teir | unknown field 'teir' in a grant; did you mean"
                                + " 'tier'?",
                        "/operations/1/entry/from/addresses/0 | '10.0.0.1/8' has host bits set;"
                                + " write '10.0.0.0/8' for the network or '10.0.0.1' for the one"
                                + " address",
                        "/operations/2 | grants 'x' is already edited by operation 1",
                        "/operations/3/entry/key | the entry is 'q' but the operation names 'p'",
                        "/operations/4/entry | not readable as YAML or JSON: while parsing a flow"
                                + " node: expected the node content, but found '<stream end>'"),
                faults(
                        remove(EntryKind.GRANT, "zz"),
                        put(
                                EntryKind.GRANT,
                                "x",
                                "{\"key\":\"x\",\"from\":{\"addresses\":[\"10.0.0.1/8\"]},"
                                        + "\"tier\":\"relay\",\"teir\":\"relay\"}"),
                        remove(EntryKind.GRANT, "x"),
                        put(
                                EntryKind.GRANT,
                                "p",
                                "{\"key\":\"q\",\"from\":{\"addresses\":[\"10.0.0.1\"]},"
                                        + "\"tier\":\"relay\"}"),
                        put(EntryKind.GRANT, "y", "{\"key\": [")));
    }

    @Test
    void whatTheRestStillNeedsCannotBeRemoved() {
        assertEquals(
                List.of(
                        "/operations/0 | breaks grants 'a'/to/servers/0: unknown server 'ex01';"
                                + " there is none",
                        "/operations/1 | breaks grants 'b'/from/addresses/0: unknown address set"
                                + " '@printers'; there is none"),
                faults(
                        remove(EntryKind.SERVER, "ex01"),
                        remove(EntryKind.ADDRESS_SET, "printers")));
    }

    @Test
    void namesAreOneInAnyCaseAndKeysAreNot() {
        assertEquals(
                List.of("servers EX01", "addressSets printers", "grants A", "grants a", "grants b"),
                keys(
                        PolicyEdit.apply(
                                BASE,
                                List.of(
                                        put(EntryKind.SERVER, "ex01", "{\"name\":\"EX01\"}"),
                                        put(
                                                EntryKind.GRANT,
                                                "A",
                                                "{\"key\":\"A\",\"from\":{\"addresses\":"
                                                        + "[\"10.0.0.1\"]},\"tier\":\"relay\"}")))));
    }
}
