package io.postern.probe;

import io.postern.policy.Address;
import io.postern.probe.PlanPoint.Question;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The questions chosen so far. A goal is met by any one of its questions: one that is chosen
 * already, else the first that has a place. At the end each question that no goal needs goes again,
 * so that none of the rest can be spared.
 */
final class PlanChoice {
    /** Why a question was chosen first. */
    record Chosen(Question question, PlanStage stage, String reason) {}

    private final ProbeBudget budget;
    private final Map<Question, Chosen> chosen = new LinkedHashMap<>();
    private final Map<Address, Integer> perSource = new HashMap<>();
    private final List<List<Question>> goals = new ArrayList<>();
    private final Map<PlanStage, Integer> leftOut = new EnumMap<>(PlanStage.class);

    PlanChoice(ProbeBudget budget) {
        this.budget = budget;
    }

    /**
     * Meets a goal if it can.
     *
     * @param anyOf the questions of which one is enough, the best first
     * @return the question that meets it; empty = none has a place, or there is none
     */
    Optional<Question> ask(PlanStage stage, String reason, List<Question> anyOf) {
        for (Question question : anyOf) {
            if (chosen.containsKey(question)) {
                goals.add(anyOf);
                return Optional.of(question);
            }
        }
        for (Question question : anyOf) {
            if (!isFull(stage) && from(question) < budget.maxPerSource()) {
                chosen.put(question, new Chosen(question, stage, reason));
                perSource.merge(question.point().source(), 1, Integer::sum);
                goals.add(anyOf);
                return Optional.of(question);
            }
        }
        if (!anyOf.isEmpty()) {
            leftOut.merge(stage, 1, Integer::sum);
        }
        return Optional.empty();
    }

    private int from(Question question) {
        return perSource.getOrDefault(question.point().source(), 0);
    }

    /** Whether the stage can choose nothing more. */
    boolean isFull(PlanStage stage) {
        return chosen.size() >= budget.upTo(stage);
    }

    /** How many goals of a stage found no place. */
    int leftOut(PlanStage stage) {
        return leftOut.getOrDefault(stage, 0);
    }

    /** As chosen so far, in that order. */
    List<Chosen> chosen() {
        return List.copyOf(chosen.values());
    }

    /** The goals that are met, each as the questions of which one is enough. */
    List<List<Question>> goals() {
        return List.copyOf(goals);
    }

    /** Takes out, the last first, what no goal needs. */
    void reduce() {
        Map<Question, List<Integer>> serves = new HashMap<>();
        int[] met = new int[goals.size()];
        for (int goal = 0; goal < met.length; goal++) {
            for (Question question : goals.get(goal).stream().distinct().toList()) {
                if (chosen.containsKey(question)) {
                    serves.computeIfAbsent(question, any -> new ArrayList<>()).add(goal);
                    met[goal]++;
                }
            }
        }
        List<Question> questions = new ArrayList<>(chosen.keySet());
        for (int i = questions.size() - 1; i >= 0; i--) {
            List<Integer> served = serves.get(questions.get(i));
            if (served.stream().allMatch(goal -> met[goal] > 1)) {
                chosen.remove(questions.get(i));
                served.forEach(goal -> met[goal]--);
            }
        }
    }
}
