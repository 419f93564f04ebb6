package io.postern.web;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Promotion;
import io.postern.rollout.RolloutWish;
import java.util.Arrays;
import java.util.List;

/** What a form says about how carefully a rollout goes; an empty field is as configured. */
final class RolloutForm {
    private static final int MAX_TEXT = 2000;

    private RolloutForm() {}

    static RolloutWish wish(
            String maxInFlight,
            String bakeSeconds,
            String successPercent,
            String maxErrors,
            String pauseAfter,
            String promotion,
            String minimumCoveragePercent) {
        return new RolloutWish(
                number("maxInFlight", maxInFlight),
                number("bakeSeconds", bakeSeconds),
                number("successPercent", successPercent),
                number("maxErrors", maxErrors),
                names(pauseAfter),
                promotion(promotion),
                number("minimumCoveragePercent", minimumCoveragePercent));
    }

    private static boolean isEmpty(String text) {
        return text == null || text.isBlank();
    }

    private static Integer number(String field, String text) {
        if (isEmpty(text)) {
            return null;
        }
        try {
            return Integer.valueOf(text.strip());
        } catch (NumberFormatException e) {
            throw invalid(field, field + " must be a whole number");
        }
    }

    private static List<String> names(String text) {
        if (isEmpty(text)) {
            return null;
        }
        if (text.length() > MAX_TEXT) {
            throw invalid("pauseAfter", "pauseAfter has at most " + MAX_TEXT + " characters");
        }
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Promotion promotion(String text) {
        if (isEmpty(text)) {
            return null;
        }
        return switch (text) {
            case "automatic" -> Promotion.AUTOMATIC;
            case "manual" -> Promotion.MANUAL;
            default -> throw invalid("promotion", "promotion must be automatic or manual");
        };
    }

    private static DomainException invalid(String field, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault("/rollout/" + field, message)));
    }
}
