package io.postern.rollout;

import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which servers are pushed in which order.
 *
 * @param rings all pending
 * @param skipped servers that are left alone, a sentence each
 */
public record RingPlan(List<Ring> rings, List<String> skipped) {
    private static final String WITHOUT_LABEL = "(no ring)";

    /** What a gateway holds alone where the server has no agent of its own. */
    private static final Set<String> GATEWAY_KINDS = Set.of(NftablesEffect.KIND);

    /**
     * Groups the policy's servers by their label, in the configured order.
     *
     * @param before what held until now; servers that it alone has are left as they are
     * @param posts the posts of a server that have an agent, its own first
     */
    public static RingPlan of(
            Policy before,
            Policy policy,
            List<String> order,
            Function<Server, List<String>> posts) {
        Map<String, List<ServerTarget>> byLabel = new TreeMap<>(byOrder(order));
        List<String> skipped = new ArrayList<>();
        policy.servers().stream()
                .sorted(Comparator.comparing(Server::name))
                .forEach(
                        server -> {
                            if (!ServerCompiler.isPushed(server)) {
                                skipped.add(
                                        server.name()
                                                + ": has no enforcement point of a kind that is"
                                                + " pushed ("
                                                + String.join(", ", ServerCompiler.KINDS)
                                                + ")");
                            } else if (server.mode() != ServerMode.ENFORCE) {
                                skipped.add(
                                        server.name()
                                                + ": mode "
                                                + server.mode().word()
                                                + ", nothing is written");
                            } else {
                                String label =
                                        server.ring() == null ? WITHOUT_LABEL : server.ring();
                                targets(server, posts.apply(server))
                                        .forEach(
                                                byLabel.computeIfAbsent(
                                                                label, l -> new ArrayList<>())
                                                        ::add);
                            }
                        });
        before.servers().stream()
                .filter(server -> policy.server(server.name()).isEmpty())
                .forEach(
                        server ->
                                skipped.add(
                                        server.name()
                                                + ": no longer in the policy, left as it is"));
        List<Ring> rings =
                byLabel.entrySet().stream()
                        .map(entry -> Ring.pending(entry.getKey(), entry.getValue()))
                        .toList();
        return new RingPlan(rings, skipped);
    }

    /** A server without any agent is there all the same: nobody can say that it is done. */
    private static List<ServerTarget> targets(Server server, List<String> posts) {
        boolean isGatewayEnough =
                !posts.isEmpty() && server.enforcement().stream().allMatch(GATEWAY_KINDS::contains);
        Stream<String> own =
                isGatewayEnough || posts.contains(server.name())
                        ? Stream.empty()
                        : Stream.of(server.name());
        return Stream.concat(own, posts.stream()).map(ServerTarget::of).toList();
    }

    private static Comparator<String> byOrder(List<String> order) {
        return Comparator.<String>comparingInt(
                        label -> {
                            int place = order.indexOf(label);
                            return place >= 0
                                    ? place
                                    : label.equals(WITHOUT_LABEL)
                                            ? Integer.MAX_VALUE
                                            : order.size();
                        })
                .thenComparing(Comparator.naturalOrder());
    }
}
