package io.postern.rollout;

import io.postern.enforcement.server.DesiredState;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which servers are pushed in which order.
 *
 * @param rings all pending
 * @param skipped servers that are left alone, a sentence each
 */
public record RingPlan(List<Ring> rings, List<String> skipped) {
    private static final String WITHOUT_LABEL = "(no ring)";

    /**
     * Groups the policy's servers by their label, in the configured order.
     *
     * @param before what held until now; servers that it alone has are left as they are
     */
    public static RingPlan of(Policy before, Policy policy, List<String> order) {
        Map<String, List<ServerTarget>> byLabel = new TreeMap<>(byOrder(order));
        List<String> skipped = new ArrayList<>();
        policy.servers().stream()
                .sorted(Comparator.comparing(Server::name))
                .forEach(
                        server -> {
                            if (!server.enforcement().contains(DesiredState.EXCHANGE)) {
                                skipped.add(
                                        server.name()
                                                + ": has no enforcement point of kind exchange");
                            } else if (server.mode() != ServerMode.ENFORCE) {
                                skipped.add(
                                        server.name()
                                                + ": mode "
                                                + server.mode().word()
                                                + ", nothing is written");
                            } else {
                                String label =
                                        server.ring() == null ? WITHOUT_LABEL : server.ring();
                                byLabel.computeIfAbsent(label, l -> new ArrayList<>())
                                        .add(ServerTarget.of(server.name()));
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
                        .map(
                                entry ->
                                        new Ring(
                                                entry.getKey(),
                                                RingState.PENDING,
                                                entry.getValue(),
                                                null,
                                                null,
                                                0))
                        .toList();
        return new RingPlan(rings, skipped);
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
