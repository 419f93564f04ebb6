package io.postern.agent.nftables;

import static io.postern.agent.nftables.Network.BAD4;
import static io.postern.agent.nftables.Network.BAD6;
import static io.postern.agent.nftables.Network.GOOD4;
import static io.postern.agent.nftables.Network.GOOD6;
import static io.postern.agent.nftables.Network.SERVER4;
import static io.postern.agent.nftables.Network.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.nftables.ForeignRule.Effect;
import io.postern.enforcement.nftables.NftablesDrift;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.NftablesText;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the table does to real packets, and what other tables do to them. As root only. */
class NftablesPacketsTest {
    private static final String TABLE = "postern_ex01";
    private static Network network;
    private static NftablesDriver atServer;
    private static NftablesDriver atGateway;

    @TempDir static Path directory;

    @BeforeAll
    static void wire() throws IOException {
        Network.assumePossible();
        network = Network.wired();
        for (int port : List.of(25, 26, 2500)) {
            assertEquals("listening", network.ask("server", "listen " + port));
        }
        atServer = driver("server", NftablesHook.INPUT);
        atGateway = driver("gateway", NftablesHook.FORWARD);
    }

    private static NftablesDriver driver(String name, NftablesHook hook) throws IOException {
        Path own = directory.resolve(name);
        own.toFile().mkdir();
        return new NftablesDriver(
                "EX01",
                List.of(25),
                hook,
                network.nft(name, directory),
                Duration.ofSeconds(20),
                own);
    }

    @AfterAll
    static void unwire() throws IOException {
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void nothingIsThere() throws IOException {
        network.rules("server", "flush ruleset");
        network.rules("gateway", "flush ruleset");
    }

    private static NftablesState state(NftablesHook hook, String... allowed) {
        return NftablesState.of(
                hook,
                AddressSet.parse(SERVER4, SERVER6),
                new TreeMap<>(Map.of(25, AddressSet.parse(allowed))));
    }

    private static void write(NftablesDriver driver, NftablesState state) throws IOException {
        for (NftablesStep step : NftablesPlan.between(driver.read(), state)) {
            driver.execute(step);
        }
    }

    private static String from(String source, int port) throws IOException {
        String target = source.contains(":") ? SERVER6 : SERVER4;
        return network.ask("client", "connect " + source + " " + target + " " + port);
    }

    private static List<String> drift(NftablesDriver driver, NftablesState desired)
            throws IOException {
        return NftablesDrift.compare(desired, driver.read()).stream()
                .map(NftablesDrift::kind)
                .distinct()
                .toList();
    }

    /** Whether the effect tells of an address what the packets show. */
    private static boolean effect(NftablesDriver driver, String source) throws IOException {
        return NftablesEffect.of(driver.read()).openings(25).stream()
                .anyMatch(opening -> opening.addresses().contains(Address.parse(source)));
    }

    @Test
    void onlyTheAllowedGetThroughInBothHooksAndFamilies() throws IOException {
        for (NftablesDriver driver : List.of(atServer, atGateway)) {
            NftablesHook hook = driver == atServer ? NftablesHook.INPUT : NftablesHook.FORWARD;
            write(driver, state(hook, GOOD4, GOOD6));
            for (String good : List.of(GOOD4, GOOD6)) {
                assertEquals("reached 25", from(good, 25), hook + " " + good);
                assertTrue(effect(driver, good));
            }
            for (String bad : List.of(BAD4, BAD6)) {
                assertEquals("timeout", from(bad, 25), hook + " " + bad);
                assertFalse(effect(driver, bad));
                assertEquals("reached 26", from(bad, 26), "a port that is not kept");
            }
            ObservedNftables read = driver.read();
            assertTrue(
                    read.counters().stream().allMatch(one -> one.packets() > 0),
                    "drops are counted: " + read.counters());
            write(driver, NftablesState.ABSENT);
            assertEquals("reached 25", from(BAD4, 25));
        }
    }

    @Test
    void withNobodyAllowedEverybodyIsDropped() throws IOException {
        write(atServer, state(NftablesHook.INPUT));
        assertEquals("timeout", from(GOOD4, 25));
        assertEquals("timeout", from(GOOD6, 25));
    }

    @Test
    void theServerItselfReachesItsPort() throws IOException {
        write(atServer, state(NftablesHook.INPUT, "127.0.0.1", "::1", SERVER4, SERVER6));
        for (String own : List.of("127.0.0.1", "::1", SERVER4, SERVER6)) {
            assertEquals("reached 25", network.ask("server", "connect " + own + " " + own + " 25"));
        }
        assertEquals("timeout", network.ask("server", "connect 127.0.0.9 127.0.0.9 25"));
    }

    @Test
    void aConnectionOfAnAddressTakenAwayIsCutAtOnce() throws IOException {
        write(atServer, state(NftablesHook.INPUT, GOOD4));
        assertEquals("reached 25", network.ask("client", "open " + GOOD4 + " " + SERVER4 + " 25"));
        assertEquals("answered x", network.ask("client", "talk"));
        write(atServer, state(NftablesHook.INPUT, GOOD6));
        assertEquals("timeout", network.ask("client", "talk"));
    }

    @Test
    void anAcceptOfAnotherTableOpensNothing() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        write(atServer, state);
        for (int priority : List.of(-300, 0, 300)) {
            network.rules(
                    "server",
                    "table inet other\ndelete table inet other\n"
                            + "table inet other { chain in { type filter hook input priority "
                            + priority
                            + "; policy accept;\n tcp dport 25 accept\n }\n}\n");
            assertEquals("timeout", from(BAD4, 25), "priority " + priority);
        }
        assertEquals(List.of(), drift(atServer, state));
        assertEquals(
                List.of(Effect.ACCEPTS),
                atServer.read().foreign().stream().map(one -> one.effect()).toList());
        assertFalse(effect(atServer, BAD4));
    }

    @Test
    void whatSomebodyDoesToOurTableOpensAndIsSeenAndPutRight() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        String chain = "inet " + TABLE + " filter_input";
        for (String rules :
                List.of(
                        "insert rule " + chain + " tcp dport 25 accept",
                        "flush chain " + chain,
                        "table inet " + TABLE + " { flags dormant; }\n",
                        "add element inet " + TABLE + " port_25_ipv4 { " + BAD4 + " }",
                        "delete table inet " + TABLE)) {
            write(atServer, state);
            assertEquals("timeout", from(BAD4, 25), rules);
            network.rules("server", rules);
            assertEquals("reached 25", from(BAD4, 25), rules);
            assertFalse(drift(atServer, state).isEmpty(), rules);
            assertTrue(effect(atServer, BAD4), rules);
            write(atServer, state);
            assertEquals("timeout", from(BAD4, 25), rules);
            assertEquals(List.of(), drift(atServer, state), rules);
        }
    }

    @Test
    void aChainInAnotherHookDropsNothing() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        network.rules(
                "server", NftablesText.replace(TABLE, state).replace("hook input", "hook output"));
        assertEquals("reached 25", from(BAD4, 25));
        assertEquals(List.of("CHANGED"), drift(atServer, state));
        assertTrue(effect(atServer, BAD4));
    }

    @Test
    void aRedirectTakesConnectionsPastOurTable() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        write(atServer, state);
        network.rules(
                "server",
                "table ip nat { chain pre { type nat hook prerouting priority -100;\n"
                        + " tcp dport 25 redirect to :2500\n }\n}\n");
        assertEquals("reached 2500", from(BAD4, 25));
        assertEquals(List.of("EFFECTIVE"), drift(atServer, state));
        assertTrue(effect(atServer, BAD4));
        // The other way round our chain sees the packet as it is after the redirect.
        network.rules(
                "server",
                "delete table ip nat\n"
                        + "table ip nat { chain pre { type nat hook prerouting priority -100;\n"
                        + " tcp dport 2500 redirect to :25\n }\n}\n");
        assertEquals("timeout", from(BAD4, 2500));
        assertEquals("reached 25", from(GOOD4, 2500));
        assertEquals(List.of(), drift(atServer, state));
    }

    @Test
    void aDestinationChangedAtTheGatewayGoesPastOurTable() throws IOException {
        NftablesState state = state(NftablesHook.FORWARD, GOOD4);
        write(atGateway, state);
        network.rules(
                "gateway",
                "table ip nat { chain pre { type nat hook prerouting priority -100;\n"
                        + " ip daddr 10.99.2.2 tcp dport 25 dnat to 10.99.2.2:2500\n }\n}\n");
        assertEquals("reached 2500", from(BAD4, 25));
        assertEquals(List.of("EFFECTIVE"), drift(atGateway, state));
        // Another address of the gateway that leads to the server is seen as the server's.
        network.rules(
                "gateway",
                "delete table ip nat\n"
                        + "table ip nat { chain pre { type nat hook prerouting priority -100;\n"
                        + " ip daddr 10.99.1.1 tcp dport 25 dnat to 10.99.2.2:25\n }\n}\n");
        assertEquals("timeout", network.ask("client", "connect " + BAD4 + " 10.99.1.1 25"));
        assertEquals("reached 25", network.ask("client", "connect " + GOOD4 + " 10.99.1.1 25"));
        assertEquals(List.of(), drift(atGateway, state));
    }

    @Test
    void sourcesRewrittenBehindOurChainAndNotrackChangeNothing() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4, GOOD6);
        write(atServer, state);
        network.rules(
                "server",
                "table ip nat { chain in { type nat hook input priority -190;\n"
                        + " tcp dport 25 snat to 10.99.1.2\n }\n}\n"
                        + "table inet raw { chain pre { type filter hook prerouting priority -300;\n"
                        + " notrack\n }\n}\n");
        assertEquals("timeout", from(BAD4, 25));
        network.rules("server", "delete table inet raw");
        assertEquals("timeout", from(BAD4, 25));
        assertEquals(List.of(), drift(atServer, state));
    }

    @Test
    void aSourceRewrittenBeforeOurChainOpensAndIsSeen() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        write(atServer, state);
        network.rules(
                "server",
                "table ip mangle { chain pre { type filter hook prerouting priority -150;\n"
                        + " ip saddr 10.99.1.3 tcp dport 25 ip saddr set 10.99.1.2 counter\n }\n}\n");
        // The answer goes to the address that was made up: what shows is the missing drop.
        from(BAD4, 25);
        ObservedNftables read = atServer.read();
        assertEquals(0, read.counters().get(0).packets(), "our chain did not see the true source");
        assertEquals(List.of("EFFECTIVE"), drift(atServer, state));
        assertTrue(effect(atServer, BAD4));
    }

    @Test
    void aTransparentProxyDoesNotPassOurChain() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4);
        write(atServer, state);
        network.rules(
                "server",
                "table ip proxy { chain pre { type filter hook prerouting priority -150;\n"
                        + " tcp dport 25 tproxy to :2500 accept\n }\n}\n");
        assertEquals("timeout", from(BAD4, 25));
        assertEquals(List.of("EFFECTIVE"), drift(atServer, state));
    }

    @Test
    void othersThatDropWhomThePolicyLetsInAreSeen() throws IOException {
        NftablesState state = state(NftablesHook.INPUT, GOOD4, GOOD6);
        String input = "table inet other { chain in { type filter hook input priority 10; policy ";
        Map<String, Boolean> cases = new TreeMap<>();
        cases.put(input + "accept;\n tcp dport 25 ip saddr 10.99.1.2 drop\n }\n}\n", true);
        cases.put(input + "accept;\n tcp dport { 24-26 } reject with tcp reset\n }\n}\n", true);
        cases.put(input + "drop;\n ct state established accept\n iif lo accept\n }\n}\n", true);
        cases.put(
                input
                        + "drop;\n icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n"
                        + " tcp dport 25 accept\n }\n}\n",
                false);
        cases.put(input + "accept;\n ip saddr 10.99.1.3 drop\n }\n}\n", false);
        cases.put(
                "table inet other { chain sub { tcp dport vmap { 25 : drop, 26 : accept }\n }\n"
                        + "chain in { type filter hook input priority 10;\n jump sub\n }\n}\n",
                true);
        for (Map.Entry<String, Boolean> one : cases.entrySet()) {
            network.rules("server", "flush ruleset");
            write(atServer, state);
            network.rules("server", one.getKey());
            boolean isReached = from(GOOD4, 25).equals("reached 25");
            assertEquals(one.getValue(), !isReached, one.getKey());
            assertEquals(
                    one.getValue() ? List.of("EFFECTIVE") : List.of(),
                    drift(atServer, state),
                    one.getKey() + " " + atServer.read());
            assertEquals(isReached, effect(atServer, GOOD4), one.getKey());
        }
    }
}
