package io.postern.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers are pushed, in which order, and which are left alone. */
class RingPlanTest {
    private static final List<String> ORDER = List.of("lab", "canary", "main");

    private static Policy policy(String... servers) {
        StringBuilder text = new StringBuilder("version: 1\n");
        if (servers.length > 0) {
            text.append("servers:\n");
        }
        int host = 1;
        for (String server : servers) {
            text.append("  - {").append(server);
            text.append(", addresses: [10.0.0.").append(host++).append("]}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    private static Map<String, List<String>> rings(RingPlan plan) {
        Map<String, List<String>> rings = new TreeMap<>();
        plan.rings()
                .forEach(
                        ring ->
                                rings.put(
                                        ring.name(),
                                        ring.targets().stream()
                                                .map(ServerTarget::server)
                                                .toList()));
        return rings;
    }

    /** Where every server has an agent of its own and no gateway. */
    private static RingPlan plan(Policy before, Policy policy) {
        return RingPlan.of(before, policy, ORDER, server -> List.of(server.name()));
    }

    private static List<String> names(RingPlan plan) {
        return plan.rings().stream().map(Ring::name).toList();
    }

    @Test
    void ringsComeInTheConfiguredOrderThenByNameAndServersWithoutLabelLast() {
        RingPlan plan =
                plan(
                        Policy.EMPTY,
                        policy(
                                "name: s1, enforcement: [exchange]",
                                "name: s2, ring: zeta, enforcement: [exchange]",
                                "name: s3, ring: main, enforcement: [exchange]",
                                "name: s4, ring: alpha, enforcement: [exchange]",
                                "name: s5, ring: lab, enforcement: [exchange]"));

        assertEquals(List.of("lab", "main", "alpha", "zeta", "(no ring)"), names(plan));
        assertEquals(List.of(), plan.skipped());
    }

    @Test
    void serversOfOneLabelShareARingByName() {
        RingPlan plan =
                plan(
                        Policy.EMPTY,
                        policy(
                                "name: b, ring: lab, enforcement: [exchange]",
                                "name: c, ring: main, enforcement: [exchange]",
                                "name: a, ring: lab, enforcement: [exchange]"));

        assertEquals(Map.of("lab", List.of("a", "b"), "main", List.of("c")), rings(plan));
    }

    @Test
    void everyRingBeginsPendingWithNothingPublished() {
        RingPlan plan = plan(Policy.EMPTY, policy("name: a, ring: lab, enforcement: [exchange]"));

        assertEquals(
                List.of(
                        new Ring(
                                "lab",
                                RingState.PENDING,
                                List.of(ServerTarget.of("a")),
                                null,
                                null,
                                0,
                                null,
                                null)),
                plan.rings());
    }

    @Test
    void whatIsNotEnforcedIsLeftAloneWithAReason() {
        RingPlan plan =
                plan(
                        policy("name: gone, ring: lab, enforcement: [exchange]"),
                        policy(
                                "name: bare, ring: lab",
                                "name: look, ring: lab, enforcement: [exchange], mode: observe",
                                "name: care, ring: lab, enforcement: [exchange], mode:"
                                        + " maintenance"));

        assertTrue(plan.rings().isEmpty());
        assertEquals(
                List.of(
                        "bare: has no enforcement point of a kind that is pushed (exchange, windows-firewall, pickup, outlook-guard, nftables, postfix)",
                        "care: mode maintenance, nothing is written",
                        "look: mode observe, nothing is written",
                        "gone: no longer in the policy, left as it is"),
                plan.skipped());
    }

    @Test
    void noServerMeansNoRing() {
        assertEquals(new RingPlan(List.of(), List.of()), plan(Policy.EMPTY, policy()));
    }

    /** Each server with its agents, and the posts that are pushed. */
    @ParameterizedTest(name = "{0} with agents {1}")
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "exchange            | a            | a",
                "exchange            | a,a@gw1      | a,a@gw1",
                "exchange            | -            | a",
                "'nftables,exchange' | a@gw1        | a,a@gw1",
                "nftables            | a@gw1        | a@gw1",
                "nftables            | a@gw1,a@gw2  | a@gw1,a@gw2",
                "nftables            | a,a@gw1      | a,a@gw1",
                "nftables            | -            | a",
                "'nftables,postfix'  | a,a@gw1      | a,a@gw1",
            })
    void aServerIsPushedAtEachOfItsPosts(String kinds, String posts, String targets) {
        List<String> with = posts == null ? List.of() : List.of(posts.split(","));
        RingPlan plan =
                RingPlan.of(
                        Policy.EMPTY,
                        policy("name: a, ring: lab, enforcement: [" + kinds + "]"),
                        ORDER,
                        server -> with);

        assertEquals(Map.of("lab", List.of(targets.split(","))), rings(plan));
    }
}
