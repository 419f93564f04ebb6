package io.postern.enforcement.outlook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The steps from the guard as it is to what it should be, and what they mean. */
public final class OutlookGuardPlan {
    private OutlookGuardPlan() {}

    /** Why a state cannot be written to a machine, as sentences; none = it can. */
    public static List<String> refusal(ObservedOutlookGuard observed, OutlookGuardState wanted) {
        List<String> reasons = new ArrayList<>();
        Map<String, GuardDeviation> deviations = deviations(wanted);
        for (ObservedGuardKey key : observed.keys()) {
            for (String name : wanted.values(key.key()).keySet()) {
                GuardDeviation deviation = deviations.get(id(key.key(), name));
                if (key.isUnreadable(name) && (deviation == null || deviation.isReadable())) {
                    reasons.add(
                            name
                                    + " of "
                                    + key.key().path()
                                    + " cannot be read, so it is not written either.");
                }
            }
        }
        return List.copyOf(reasons);
    }

    /**
     * The steps, key by key: prompts before the mode that puts them in force, and that mode away
     * before the prompts.
     *
     * @throws IllegalArgumentException if {@link #refusal} has reasons
     */
    public static List<OutlookGuardStep> between(
            ObservedOutlookGuard observed, OutlookGuardState wanted) {
        List<String> reasons = refusal(observed, wanted);
        if (!reasons.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", reasons));
        }
        Map<String, GuardDeviation> deviations = deviations(wanted);
        List<OutlookGuardStep> steps = new ArrayList<>();
        for (ObservedGuardKey key : observed.keys()) {
            List<OutlookGuardStep> ofKey = new ArrayList<>();
            wanted.values(key.key())
                    .forEach(
                            (name, value) -> {
                                GuardDeviation other = deviations.get(id(key.key(), name));
                                Integer after = other == null ? value : other.value();
                                if (!key.isUnreadable(name)
                                        && !Objects.equals(key.value(name), after)) {
                                    ofKey.add(
                                            new OutlookGuardStep(
                                                    key.key(), name, key.value(name), after));
                                }
                            });
            ofKey.sort((a, b) -> Integer.compare(rank(a), rank(b)));
            steps.addAll(ofKey);
        }
        return List.copyOf(steps);
    }

    private static int rank(OutlookGuardStep step) {
        if (!step.name().equals(GuardValues.ADMIN_SECURITY_MODE)) {
            return 1;
        }
        return Objects.equals(step.after(), GuardValues.MODE_POLICY) ? 2 : 0;
    }

    /**
     * What of it is the business of a state, as one that {@link #between} can lead back to.
     *
     * @param wanted says which values count
     */
    public static OutlookGuardState held(ObservedOutlookGuard observed, OutlookGuardState wanted) {
        List<GuardDeviation> deviations = new ArrayList<>();
        for (ObservedGuardKey key : observed.keys()) {
            wanted.values(key.key())
                    .forEach(
                            (name, value) -> {
                                boolean isReadable = !key.isUnreadable(name);
                                if (!isReadable || !value.equals(key.value(name))) {
                                    deviations.add(
                                            new GuardDeviation(
                                                    key.key(),
                                                    name,
                                                    isReadable ? key.value(name) : null,
                                                    isReadable));
                                }
                            });
        }
        return new OutlookGuardState(wanted.userValues(), wanted.machineValues(), deviations);
    }

    /**
     * What is there after a step.
     *
     * @throws IllegalStateException if the step cannot be taken there
     */
    public static ObservedOutlookGuard apply(ObservedOutlookGuard observed, OutlookGuardStep step) {
        List<ObservedGuardKey> keys = new ArrayList<>();
        boolean isFound = false;
        for (ObservedGuardKey key : observed.keys()) {
            if (!key.key().equals(step.key())) {
                keys.add(key);
                continue;
            }
            isFound =
                    !key.isUnreadable(step.name())
                            && Objects.equals(key.value(step.name()), step.before());
            keys.add(key.with(step.name(), step.after()));
        }
        if (!isFound) {
            throw new IllegalStateException("it is not as it was: " + step.description());
        }
        return new ObservedOutlookGuard(keys, observed.notes());
    }

    private static Map<String, GuardDeviation> deviations(OutlookGuardState state) {
        Map<String, GuardDeviation> deviations = new HashMap<>();
        state.deviations().forEach(one -> deviations.put(id(one.key(), one.name()), one));
        return deviations;
    }

    private static String id(GuardKey key, String name) {
        return key.path() + "\\" + name;
    }
}
