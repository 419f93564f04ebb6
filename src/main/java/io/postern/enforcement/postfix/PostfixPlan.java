package io.postern.enforcement.postfix;

import io.postern.enforcement.postfix.PostfixStep.RemoveTables;
import io.postern.enforcement.postfix.PostfixStep.SetParameter;
import io.postern.enforcement.postfix.PostfixStep.WriteTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The steps from what a Postfix holds to what it should hold, and what they mean. Taking over,
 * tables come before the parameters that refer to them, and who may come in is narrowed before who
 * may relay is changed; giving back is the reverse. So nobody gets further on the way than before
 * or after.
 */
public final class PostfixPlan {
    private PostfixPlan() {}

    /**
     * The steps; none where it holds what is wanted, as we write it.
     *
     * @throws IllegalArgumentException if nothing of ours is there and the parameters are no longer
     *     those that the wanted state was compiled over: an undo would bring back others
     */
    public static List<PostfixStep> between(ObservedPostfix observed, PostfixState wanted) {
        return wanted.isKept() ? keeping(observed, wanted) : givingBack(observed, wanted);
    }

    private static List<PostfixStep> keeping(ObservedPostfix observed, PostfixState wanted) {
        if (!observed.held().isKept() && !observed.set().equals(wanted.found())) {
            throw new IllegalArgumentException(
                    "smtpd_client_restrictions or smtpd_relay_restrictions was changed in main.cf"
                            + " since this state was compiled: compile it anew");
        }
        List<PostfixStep> steps = new ArrayList<>();
        if (!observed.held().equals(wanted) || hasTableDeviation(observed)) {
            steps.add(new WriteTables(observed.held(), wanted));
        }
        for (String name : List.of(PostfixParameters.CLIENT, PostfixParameters.RELAY)) {
            set(
                    name,
                    observed,
                    PostfixText.parameter(name, observed.tableDirectory(), wanted.found()),
                    steps);
        }
        return List.copyOf(steps);
    }

    private static List<PostfixStep> givingBack(ObservedPostfix observed, PostfixState wanted) {
        if (!observed.held().isKept()) {
            // Nothing of ours is there, so what the parameters hold is not our business.
            return List.of();
        }
        List<PostfixStep> steps = new ArrayList<>();
        for (String name : List.of(PostfixParameters.RELAY, PostfixParameters.CLIENT)) {
            set(name, observed, wanted.found().value(name), steps);
        }
        steps.add(new RemoveTables(observed.held()));
        return List.copyOf(steps);
    }

    private static void set(
            String name, ObservedPostfix observed, String after, List<PostfixStep> steps) {
        String before = observed.set().value(name);
        if (!Objects.equals(before, after)) {
            steps.add(new SetParameter(name, before, after));
        }
    }

    private static boolean hasTableDeviation(ObservedPostfix observed) {
        return observed.deviations().stream().anyMatch(PostfixPlan::isOfTable);
    }

    private static boolean isOfTable(String deviation) {
        return deviation.startsWith(PostfixText.CLIENTS_FILE)
                || deviation.startsWith(PostfixText.RELAY_FILE);
    }

    /**
     * What is there after a step.
     *
     * @throws IllegalStateException if the step cannot be taken there
     */
    public static ObservedPostfix apply(ObservedPostfix observed, PostfixStep step) {
        if (step instanceof WriteTables write) {
            require(observed.held().equals(write.before()), step);
            return settled(
                    observed.with(write.after(), observed.set(), observed.effective()), true);
        }
        if (step instanceof RemoveTables remove) {
            require(observed.held().equals(remove.before()), step);
            require(!refersToTables(observed), step);
            PostfixState left = PostfixState.asFound(observed.set());
            return observed.with(left, observed.set(), observed.effective())
                    .withDeviations(List.of());
        }
        SetParameter change = (SetParameter) step;
        String name = change.name();
        require(Objects.equals(observed.set().value(name), change.before()), step);
        PostfixParameters set = observed.set().with(name, change.after());
        Map<String, String> effective = new TreeMap<>(observed.effective());
        effective.put(name, change.after() == null ? usual(name) : change.after());
        PostfixState held = observed.held().isKept() ? observed.held() : PostfixState.asFound(set);
        return settled(observed.with(held, set, effective), false);
    }

    private static String usual(String name) {
        return name.equals(PostfixParameters.RELAY) ? PostfixText.DEFAULT_RELAY : "";
    }

    private static boolean refersToTables(ObservedPostfix observed) {
        String directory = observed.tableDirectory();
        return PostfixReading.refers(
                        observed.set().clientRestrictions(), directory, PostfixText.CLIENTS_FILE)
                || PostfixReading.refers(
                        observed.set().relayRestrictions(), directory, PostfixText.RELAY_FILE);
    }

    /** With the deviations that are left: tables that were just written have none. */
    private static ObservedPostfix settled(ObservedPostfix observed, boolean areTablesWritten) {
        List<String> deviations = new ArrayList<>();
        if (!areTablesWritten) {
            observed.deviations().stream().filter(PostfixPlan::isOfTable).forEach(deviations::add);
        }
        if (observed.held().isKept()) {
            deviations.addAll(
                    PostfixReading.parameterDeviations(
                            observed.tableDirectory(), observed.held(), observed.set()));
        }
        return observed.withDeviations(deviations);
    }

    private static void require(boolean isAsRead, PostfixStep step) {
        if (!isAsRead) {
            throw new IllegalStateException(
                    "it is not as it was when this step was planned: " + step.description());
        }
    }

    /** Whether two hold the same, whatever else differs between the readings. */
    public static boolean isSame(ObservedPostfix one, ObservedPostfix other) {
        return one.held().equals(other.held())
                && one.set().equals(other.set())
                && hasTableDeviation(one) == hasTableDeviation(other);
    }
}
