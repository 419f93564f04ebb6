package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.NetworkLayer;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random policies over a space small enough to try everybody everywhere: the rules let through whom
 * the policy lets through; more only where a block is told as not held, less only where a grant is.
 */
class FirewallCompilerPropertyTest {
    private static final int SEEDS = 400;
    private static final List<String> ACCOUNTS = Arrays.asList(null, "u1", "u2", "u3", "c1", "G");
    private static final List<String> COMPUTERS = Arrays.asList(null, "c1", "c2", "G");
    private static final TreeMap<String, String> SIDS =
            new TreeMap<>(
                    Map.of(
                            "u1", "S-1-5-21-1-2-3-1",
                            "u2", "S-1-5-21-1-2-3-2",
                            "c1", "S-1-5-21-1-2-3-11",
                            "c2", "S-1-5-21-1-2-3-12",
                            "G", "S-1-5-21-1-2-3-20"));
    private static final String[] RANGES = {
        "10.20.0.0/30", "10.20.0.2-10.20.0.5", "10.20.0.4", "10.21.0.0/31", "10.0.0.0/8"
    };
    private static final String[] FROM_ACCOUNTS = {
        "",
        "",
        ", accounts: [u1]",
        ", accounts: [u2, c1]",
        ", accounts: [Both]",
        ", accounts: [u3]",
        ", accounts: [G, u1]",
        ", accounts: [Nobody]"
    };
    private static final String[] FROM_COMPUTERS = {
        "", "", ", computers: [c1]", ", computers: [c1, c2]", ", computers: [G]"
    };

    @Test
    void theRulesLetThroughWhomThePolicyLetsThrough() {
        int secure = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            String yaml = policy(new Random(seed));
            Policy policy = PolicyDocument.parse(yaml).policy();
            CompiledFirewall compiled =
                    FirewallCompiler.compile(policy, policy.servers().get(0), FirewallDraft.NOW);
            secure += compiled.state().rules().stream().anyMatch(FirewallRule::isSecure) ? 1 : 0;
            check(policy, compiled, "seed " + seed + "\n" + yaml);
        }
        assertTrue(secure > SEEDS / 3, "too few secure rules to prove anything: " + secure);
    }

    private static void check(Policy policy, CompiledFirewall compiled, String message) {
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        AddressSet kept = ProtectedSources.all(policy);
        List<NetworkLayer.Opening> openings =
                FirewallEffect.of(ObservedFirewall.of(compiled.state())).openings(25);
        for (int i = 0; i < 10; i++) {
            Address address = Address.parse(i < 8 ? "10.20.0." + i : "10.21.0." + (i - 8));
            for (String account : ACCOUNTS) {
                for (String computer : COMPUTERS) {
                    Submission who =
                            new Submission(
                                    address, account, computer, "EX01", 25, FirewallDraft.NOW);
                    boolean says = evaluator.decide(who).tier() != Tier.NONE;
                    NetworkLayer.Peer peer =
                            new NetworkLayer.Peer(address, sids(account), sids(computer));
                    boolean does =
                            openings.stream()
                                    .anyMatch(one -> FirewallEffectPropertyTest.admits(one, peer));
                    if (says != does && !(kept.contains(address) && does)) {
                        String excuse = says ? "g" : "b";
                        assertTrue(
                                compiled.unsupported().stream()
                                        .anyMatch(one -> one.entry().startsWith(excuse)),
                                who + " policy " + says + " rules " + does + ", " + message);
                    }
                }
            }
        }
    }

    /** A firewall that holds what was compiled and nothing else. */
    /** A stranger has proven something too. */
    private static Set<String> sids(String name) {
        if (name == null || name.equals("(none)")) {
            return Set.of();
        }
        return Set.of(SIDS.getOrDefault(name, "S-1-5-21-9-9-9-9"));
    }

    private static String policy(Random random) {
        StringBuilder yaml =
                new StringBuilder(
                        """
                        version: 1
                        servers: [{name: EX01, addresses: [10.20.0.1], kerberosRanges: [10.20.0.0/16]}]
                        principals:
                          - {name: u3, kind: user}
                          - {name: Both, kind: group, members: [u1, u2]}
                          - {name: Nobody, kind: group, members: []}
                        """);
        SIDS.forEach(
                (name, sid) ->
                        yaml.append("  - {name: ")
                                .append(name)
                                .append(", sid: ")
                                .append(sid)
                                .append(", kind: ")
                                .append(
                                        name.startsWith("u")
                                                ? "user"
                                                : name.equals("G") ? "group" : "computer")
                                .append("}\n"));
        yaml.append("grants:\n");
        int grants = 1 + random.nextInt(3);
        for (int i = 0; i < grants; i++) {
            yaml.append("  - {key: g").append(i).append(from(random)).append(", tier: internal}\n");
        }
        int blocks = random.nextInt(3);
        yaml.append(blocks == 0 ? "" : "blocks:\n");
        for (int i = 0; i < blocks; i++) {
            yaml.append("  - {key: b").append(i).append(from(random)).append("}\n");
        }
        return yaml.toString();
    }

    private static String from(Random random) {
        return ", from: {addresses: ["
                + RANGES[random.nextInt(RANGES.length)]
                + "]"
                + FROM_ACCOUNTS[random.nextInt(FROM_ACCOUNTS.length)]
                + FROM_COMPUTERS[random.nextInt(FROM_COMPUTERS.length)]
                + "}, to: {}";
    }
}
