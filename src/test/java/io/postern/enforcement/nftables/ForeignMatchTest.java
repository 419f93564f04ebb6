package io.postern.enforcement.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.policy.AddressSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a drop of another table surely meets at port 25; nobody = it is no reason to count less. */
class ForeignMatchTest {
    private static final String LISTING =
            """
            {"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
             {"table": {"family": "inet", "name": "filter", "handle": 1}},
             {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1,
               "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}},
             {"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": 2,
               "expr": [%s{"drop": null}]}}]}
            """;
    private static final String PORT = match("==", "tcp", "dport", "25");

    private static String match(String operator, String protocol, String field, String right) {
        return "{\"match\": {\"op\": \""
                + operator
                + "\", \"left\": {\"payload\": {\"protocol\": \""
                + protocol
                + "\", \"field\": \""
                + field
                + "\"}}, \"right\": "
                + right
                + "}}, ";
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "!= | ip   | saddr | \"10.0.0.1\" | 0.0.0.0-10.0.0.0, 10.0.0.2-255.255.255.255",
                "== | ip   | saddr | \"10.0.0.1\" | 10.0.0.1",
                "!= | ip6  | saddr | \"fd00::1\"  | ::-fd00::, fd00::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "!= | udp  | dport | 53           | -",
                "!= | icmp | type  | \"echo-request\" | -",
                "== | udp  | dport | 25           | -",
                "!= | tcp  | sport | 1            | -",
            })
    void aFieldThatThePacketDoesNotHaveMeetsNobody(
            String operator, String protocol, String field, String right, String dropped)
            throws UnreadableException {
        assertEquals(
                dropped == null ? AddressSet.EMPTY : AddressSet.parse(dropped.split(", ")),
                surely(PORT + match(operator, protocol, field, right)));
    }

    @ParameterizedTest
    @CsvSource({"ct count", "limit"})
    void whatDependsOnHowManyThereAreSurelyMeetsNobody(String word) throws UnreadableException {
        assertEquals(
                AddressSet.EMPTY,
                surely(PORT + "{\"" + word + "\": {\"val\": 20, \"inv\": true}}, "));
    }

    private static AddressSet surely(String expression) throws UnreadableException {
        AddressSet surely = AddressSet.EMPTY;
        for (ForeignRule rule :
                NftablesExports.parse(
                                LISTING.formatted(expression),
                                "postern_mx1",
                                NftablesHook.INPUT,
                                List.of(25))
                        .foreign()) {
            if (rule.isSure()) {
                surely = surely.union(AddressSet.parse(rule.addresses().toArray(String[]::new)));
            }
        }
        return surely;
    }
}
