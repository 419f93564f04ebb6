package io.postern.fleet;

import io.postern.enforcement.server.Post;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Principal;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.probe.Probe;
import io.postern.smtp.ProbeSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** What an agent must know of its servers, from the newest policy. */
@ApplicationScoped
public class AgentServers {
    /** Settings of probes. */
    @ConfigMapping(prefix = "postern.probe")
    public interface Config {
        /** Name in EHLO. */
        @WithDefault("postern-probe.invalid")
        String ehloName();

        /** Sender; its domain must not be an accepted domain. */
        @WithDefault("postern-probe@example.com")
        String mailFrom();

        /** Local part of the internal recipient; the domain is the first accepted domain. */
        @WithDefault("postern-probe")
        String internalMailbox();

        /** A recipient in a foreign domain. */
        @WithDefault("postern-probe@example.net")
        String externalRecipient();

        /** The internal recipient's domain while the policy names none. */
        Optional<String> acceptedDomain();

        /** Whether the service probes real servers from its own addresses. */
        @WithDefault("true")
        boolean serviceVantage();
    }

    /**
     * One server with all an agent needs.
     *
     * @param post name of the agent's post
     */
    public record Known(
            String post,
            Server server,
            List<String> acceptedDomains,
            ProbeSettings probeSettings) {}

    private final Revisions revisions;
    private final Config config;

    AgentServers(Revisions revisions, Config config) {
        this.revisions = revisions;
        this.config = config;
    }

    /** The agent's servers; one that the policy does not know yet has no addresses. */
    @Transactional
    public List<Known> of(Agent agent) {
        Policy policy = revisions.policy(revisions.head().number());
        ProbeSettings settings = settings(policy);
        return agent.servers().stream()
                .map(
                        name ->
                                new Known(
                                        name,
                                        policy.server(Post.parse(name).server())
                                                .orElseGet(() -> unknown(name)),
                                        policy.acceptedDomains(),
                                        settings))
                .toList();
    }

    /** What probes say and ask by the newest policy. */
    @Transactional
    public ProbeSettings settings() {
        return settings(revisions.policy(revisions.head().number()));
    }

    /**
     * Where a vantage connects to for a probe, by the policy that the probe is about: what it
     * names, if that is an address or a load-balanced name of the server; where it names nothing,
     * the server's first address of the family of its source.
     *
     * @return empty = it must not be asked: the server has no such address or name
     */
    @Transactional
    public Optional<String> target(Probe probe) {
        Optional<Server> server = revisions.policy(probe.revision()).server(probe.server());
        if (probe.target() != null) {
            return server.filter(one -> isOf(one, probe.target())).map(any -> probe.target());
        }
        AddressFamily family = Address.parse(probe.source()).family();
        return server.flatMap(one -> one.addresses().ranges(family).stream().findFirst())
                .map(range -> range.low().toString());
    }

    /** Whether an address or name is a server's, as its policy lists it. */
    static boolean isOf(Server server, String target) {
        if (server.loadBalancedNames().stream().anyMatch(target::equalsIgnoreCase)) {
            return true;
        }
        try {
            return server.addresses().contains(Address.parse(target));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private ProbeSettings settings(Policy policy) {
        String domain =
                policy.acceptedDomains().stream()
                        .filter(accepted -> !accepted.startsWith("*"))
                        .findFirst()
                        .or(config::acceptedDomain)
                        .orElse("example.org");
        return new ProbeSettings(
                config.ehloName(),
                config.mailFrom(),
                config.internalMailbox() + "@" + domain,
                config.externalRecipient());
    }

    /**
     * The SID by which a revision's policy knows a principal.
     *
     * @param name null = none
     * @return null = none, or the policy states none
     */
    @Transactional
    public String sid(long revision, String name) {
        if (name == null) {
            return null;
        }
        return revisions.policy(revision).principals().stream()
                .filter(one -> one.name().equalsIgnoreCase(name) && one.sid() != null)
                .map(Principal::sid)
                .findFirst()
                .orElse(null);
    }

    private static Server unknown(String name) {
        return new Server(
                name,
                AddressSet.EMPTY,
                Server.DEFAULT_PORTS,
                null,
                List.of(),
                AddressSet.EMPTY,
                List.of(),
                ServerMode.OBSERVE);
    }
}
