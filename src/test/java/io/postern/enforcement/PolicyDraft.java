package io.postern.enforcement;

import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A policy in the making, for tests: one server EX01, grants on it. */
final class PolicyDraft {
    static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    private AddressSet ownAddresses = AddressSet.EMPTY;
    private List<Integer> ports = List.of(25);
    private final List<ProtectedSource> sources = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();

    PolicyDraft own(String... addresses) {
        ownAddresses = AddressSet.parse(addresses);
        return this;
    }

    PolicyDraft ports(Integer... numbers) {
        ports = List.of(numbers);
        return this;
    }

    PolicyDraft grant(String key, Tier tier, String... addresses) {
        return grant(key, tier, null, addresses);
    }

    PolicyDraft grant(String key, Tier tier, Instant expires, String... addresses) {
        grants.add(
                new Grant(
                        key,
                        from(addresses),
                        To.EVERYWHERE,
                        tier,
                        null,
                        null,
                        null,
                        null,
                        expires));
        return this;
    }

    PolicyDraft grantToAccounts(String key, Tier tier, String account, String... addresses) {
        From from =
                new From(addresses(addresses), Addresses.NOT_ASKED, List.of(account), List.of());
        grants.add(new Grant(key, from, To.EVERYWHERE, tier, null, null, null, null, null));
        return this;
    }

    PolicyDraft block(String key, String... addresses) {
        blocks.add(new Block(key, from(addresses), To.EVERYWHERE, null, null));
        return this;
    }

    PolicyDraft protect(String name, Tier tier, String... addresses) {
        sources.add(new ProtectedSource(name, "gateway", addresses(addresses), tier, false));
        return this;
    }

    PolicyDraft protectForwarding(String name, Tier tier, String... addresses) {
        sources.add(new ProtectedSource(name, "loadbalancer", addresses(addresses), tier, true));
        return this;
    }

    private static From from(String... addresses) {
        return new From(addresses(addresses), Addresses.NOT_ASKED, List.of(), List.of());
    }

    private static Addresses addresses(String... texts) {
        return new Addresses(List.of(texts), AddressSet.parse(texts));
    }

    Policy policy() {
        Server server =
                new Server(
                        "EX01",
                        ownAddresses,
                        ports,
                        null,
                        List.of("exchange"),
                        AddressSet.EMPTY,
                        List.of(),
                        ServerMode.ENFORCE);
        return new Policy(
                List.of("contoso.example"),
                List.of(server),
                sources,
                List.of(),
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    CompiledConnectors compile(List<ReceiveConnector> observed) {
        Policy policy = policy();
        return ExchangeCompiler.compile(policy, policy.servers().get(0), observed, NOW);
    }
}
