package io.postern.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides submissions under one policy, and explains. It reads every entry; the meaning of
 * "matches" is {@link EntryMatch}'s, shared by verdict and explanation. Immutable, safe for any
 * number of threads.
 */
public final class PolicyEvaluator {
    private static final Comparator<EntryMatch> BY_KEY =
            Comparator.comparing(EntryMatch::key, KeyOrder.CODE_POINT);

    private final Policy policy;
    private final Principals principals;
    private final List<EntryMatch> grants;
    private final List<EntryMatch> blocks;

    /** Protected sources, implicit ones included, count as grants. */
    public PolicyEvaluator(Policy policy) {
        this.policy = policy;
        principals = new Principals(policy);
        grants =
                ProtectedSources.withGrants(policy).stream()
                        .map(grant -> EntryMatch.of(grant, principals))
                        .toList();
        blocks = policy.blocks().stream().map(block -> EntryMatch.of(block, principals)).toList();
    }

    /**
     * What the policy gives the submission: the highest tier of the matching grants, or NONE if a
     * block matches or nothing does. Of several deciding entries the smallest key is named.
     *
     * @throws IllegalArgumentException for an unknown server, a port the server does not have, or a
     *     name that is no identity (a group with members), saying so for a user to read
     */
    public Decision decide(Submission submission) {
        return decide(request(submission));
    }

    private Decision decide(EntryMatch.Request request) {
        EntryMatch grant = null;
        for (EntryMatch candidate : grants) {
            if (candidate.matches(request) && (grant == null || beats(candidate, grant))) {
                grant = candidate;
            }
        }
        EntryMatch block = null;
        for (EntryMatch candidate : blocks) {
            if (candidate.matches(request)
                    && (block == null || BY_KEY.compare(candidate, block) < 0)) {
                block = candidate;
            }
        }
        return new Decision(
                grant == null || block != null ? Tier.NONE : grant.tier(),
                grant == null ? null : grant.key(),
                block == null ? null : block.key());
    }

    private static boolean beats(EntryMatch a, EntryMatch b) {
        int byTier = a.tier().compareTo(b.tier());
        return byTier != 0 ? byTier > 0 : BY_KEY.compare(a, b) < 0;
    }

    private EntryMatch.Request request(Submission submission) {
        Server server = server(policy, submission.server(), submission.port());
        return new EntryMatch.Request(
                submission,
                principals.identity(submission.account(), false),
                principals.identity(submission.computer(), true),
                server);
    }

    /**
     * The server of that name, which has that port.
     *
     * @throws IllegalArgumentException if the policy lacks either, for a user to read
     */
    static Server server(Policy policy, String name, int port) {
        Server server = policy.server(name).orElseThrow(() -> unknownServer(policy, name));
        if (!server.ports().contains(port)) {
            throw new IllegalArgumentException(
                    "server '"
                            + server.name()
                            + "' has no port "
                            + port
                            + " (it has "
                            + server.ports().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", "))
                            + ")");
        }
        return server;
    }

    private static IllegalArgumentException unknownServer(Policy policy, String name) {
        String known =
                policy.servers().stream().map(Server::name).collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "unknown server '"
                        + name
                        + "' (the policy has "
                        + (known.isEmpty() ? "none" : known)
                        + ")");
    }

    /**
     * The decision with every entry tried.
     *
     * @throws IllegalArgumentException as {@link #decide}
     */
    public Explanation explain(Submission submission) {
        EntryMatch.Request request = request(submission);
        Decision decision = decide(request);
        List<Trial> trials = new ArrayList<>();
        for (EntryMatch entry : blocks) {
            trials.add(new Trial(entry, entry.failures(request)));
        }
        for (EntryMatch entry : grants) {
            trials.add(new Trial(entry, entry.failures(request)));
        }
        trials.sort(Trial.ORDER);
        return new Explanation(
                decision,
                trials.stream().map(trial -> trial.told(request, decision)).toList(),
                notes(request));
    }

    private static List<String> notes(EntryMatch.Request request) {
        List<String> notes = new ArrayList<>();
        note("account", request.submission().account(), request.account(), notes);
        note("computer", request.submission().computer(), request.computer(), notes);
        return notes;
    }

    private static void note(String word, String stated, int identity, List<String> notes) {
        if (identity == Principals.OTHER && !stated.equalsIgnoreCase(Principals.OTHER_WORD)) {
            notes.add(
                    word
                            + " '"
                            + stated
                            + "' is not a name this policy knows; it counts as "
                            + Principals.OTHER_WORD);
        }
    }

    private record Trial(EntryMatch entry, Set<EntryMatch.Dimension> failed) {
        /**
         * Matching first, the deciding one on top; then by how much failed; blocks before grants.
         */
        static final Comparator<Trial> ORDER =
                Comparator.<Trial>comparingInt(trial -> trial.failed.size())
                        .thenComparing(trial -> !trial.entry.isBlock())
                        .thenComparing(
                                trial -> trial.entry.isBlock() ? Tier.NONE : trial.entry.tier(),
                                Comparator.reverseOrder())
                        .thenComparing(Trial::entry, BY_KEY);

        Explanation.EntryTrial told(EntryMatch.Request request, Decision decision) {
            String kind = entry.isBlock() ? "block" : "grant";
            String why = failed.isEmpty() ? role(decision) : entry.why(failed, request);
            return new Explanation.EntryTrial(kind, entry.key(), failed.isEmpty(), why);
        }

        private String role(Decision decision) {
            if (entry.isBlock()) {
                return entry.key().equals(decision.block())
                        ? "Matches in every dimension and decides: a block beats every grant."
                        : "Matches too; block '" + decision.block() + "' is named.";
            }
            String gives = "Matches in every dimension and gives " + entry.tier().word();
            if (decision.block() != null) {
                return gives + ", but block '" + decision.block() + "' beats it.";
            }
            return entry.key().equals(decision.grant())
                    ? gives + "; it decides."
                    : gives + "; grant '" + decision.grant() + "' decides.";
        }
    }
}
