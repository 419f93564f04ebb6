package io.postern.fleet;

import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.Vantage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.Optional;

/** The service itself as a vantage of real servers, from its own addresses. */
@ApplicationScoped
public class ServiceVantage {
    /** Its name. */
    public static final String NAME = "service";

    private final AgentServers.Config config;
    private final Instance<ServiceProber> prober;
    private final Revisions revisions;

    ServiceVantage(
            AgentServers.Config config, Instance<ServiceProber> prober, Revisions revisions) {
        this.config = config;
        this.prober = prober;
        this.revisions = revisions;
    }

    /** What makes its probes; empty = it is no vantage. */
    public Optional<ServiceProber> prober() {
        return config.serviceVantage() && prober.isResolvable()
                ? Optional.of(prober.get())
                : Optional.empty();
    }

    /**
     * As what it stands, in the caller's transaction; empty = it does not. An address of a server
     * is no client's.
     */
    Optional<Vantage> standing() {
        return prober().map(ServiceProber::addresses)
                .map(
                        texts ->
                                AddressSet.of(texts.stream().map(AddressRange::parse).toList())
                                        .subtract(ofServers()))
                .filter(sources -> !sources.isEmpty())
                .map(sources -> new Vantage(NAME, sources, List.of()));
    }

    private AddressSet ofServers() {
        Policy policy = revisions.policy(revisions.head().number());
        return policy.servers().stream()
                .map(Server::addresses)
                .reduce(AddressSet.EMPTY, AddressSet::union);
    }
}
