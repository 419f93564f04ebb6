package io.postern.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.problem.DomainException.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rollout may be asked for, and what its plan cannot meet. */
class RolloutOptionsTest {
    private static final List<Ring> RINGS = List.of(ring("canary", 2), ring("main", 50));

    private record Configured(
            List<String> rings,
            Duration confirmWindow,
            Duration activationPatience,
            Duration probePatience,
            int probeAttempts,
            Duration probePause,
            Duration longestConfirmWindow,
            Optional<Integer> maxInFlight,
            Duration bake,
            int successPercent,
            int maxErrors,
            Optional<List<String>> pauseAfter,
            Promotion promotion,
            int minimumCoveragePercent)
            implements RolloutConfig {}

    private static RolloutConfig config(List<String> pauseAfter) {
        return new Configured(
                List.of("canary", "main"),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                3,
                Duration.ofSeconds(10),
                Duration.ofHours(1),
                Optional.empty(),
                Duration.ofSeconds(7),
                90,
                0,
                Optional.of(pauseAfter),
                Promotion.MANUAL,
                20);
    }

    private static Ring ring(String name, int servers) {
        return Ring.pending(
                name,
                IntStream.range(0, servers).mapToObj(i -> ServerTarget.of(name + i)).toList());
    }

    private static RolloutWish wish(
            Integer inFlight,
            Integer bake,
            Integer success,
            Integer errors,
            List<String> pauseAfter,
            Integer coverage) {
        return new RolloutWish(inFlight, bake, success, errors, pauseAfter, null, coverage);
    }

    @Test
    void whatNobodyWishesIsAsConfigured() {
        RolloutOptions options =
                RolloutOptions.of(RolloutWish.NONE, config(List.of("canary", "lab")), RINGS);

        assertEquals(
                new RolloutOptions(0, 7, 90, 0, List.of("canary"), Promotion.MANUAL, 20), options);
        assertEquals(List.of(), options.faults(RolloutWish.NONE, RINGS));
    }

    @Test
    void whatIsWishedGoesBeforeWhatIsConfigured() {
        RolloutWish wish = new RolloutWish(9, 0, 100, 1, List.of(), Promotion.AUTOMATIC, 0);

        assertEquals(
                new RolloutOptions(9, 0, 100, 1, List.of(), Promotion.AUTOMATIC, 0),
                RolloutOptions.of(wish, config(List.of("canary")), RINGS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void whatCannotBeMetIsNamed(String name, RolloutWish wish, String pointer, String message) {
        RolloutOptions options = RolloutOptions.of(wish, config(List.of()), RINGS);
        List<Fault> faults = options.faults(wish, RINGS);
        if (faults.isEmpty()) {
            faults = options.tooLong(RINGS, config(List.of()));
        }

        assertEquals(List.of(new Fault("/rollout/" + pointer, message)), faults);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        "none in flight",
                        wish(0, null, null, null, null, null),
                        "maxInFlight",
                        "maxInFlight must be from 1 to 1000, not 0"),
                Arguments.of(
                        "too many in flight",
                        wish(1001, null, null, null, null, null),
                        "maxInFlight",
                        "maxInFlight must be from 1 to 1000, not 1001"),
                Arguments.of(
                        "so few in flight that the first wait too long",
                        wish(1, null, null, null, null, null),
                        "maxInFlight",
                        "maxInFlight 1 is too few for the 50 servers of ring 'main': the first of"
                                + " them could wait longer than PT1H to be confirmed"),
                Arguments.of(
                        "a bake of more than a day",
                        wish(null, 86_401, null, null, null, null),
                        "bakeSeconds",
                        "bakeSeconds must be from 0 to 86400, not 86401"),
                Arguments.of(
                        "no probe need pass",
                        wish(null, null, 0, null, null, null),
                        "successPercent",
                        "successPercent must be from 1 to 100, not 0"),
                Arguments.of(
                        "more than all",
                        wish(null, null, 101, null, null, null),
                        "successPercent",
                        "successPercent must be from 1 to 100, not 101"),
                Arguments.of(
                        "errors below none",
                        wish(null, null, null, -1, null, null),
                        "maxErrors",
                        "maxErrors must be 0 or more"),
                Arguments.of(
                        "a whole ring in error",
                        wish(null, null, null, 2, null, null),
                        "maxErrors",
                        "maxErrors 2 would let ring 'canary' be in error altogether: it has 2"
                                + " server(s)"),
                Arguments.of(
                        "a pause after a ring that is not there",
                        wish(null, null, null, null, List.of("canary", "lab"), null),
                        "pauseAfter/1",
                        "pauseAfter names ring 'lab', which this rollout does not have; it has"
                                + " canary, main"),
                Arguments.of(
                        "a pause after the last ring",
                        wish(null, null, null, null, List.of("main"), null),
                        "pauseAfter/0",
                        "pauseAfter names ring 'main', which is the last"),
                Arguments.of(
                        "more coverage than there is",
                        wish(null, null, null, null, null, 101),
                        "minimumCoveragePercent",
                        "minimumCoveragePercent must be from 0 to 100, not 101"));
    }

    @Test
    void whoIsPushedFirstWaitsForThoseAfterIt() {
        RolloutOptions ten = new RolloutOptions(10, 0, 100, 0, List.of(), Promotion.AUTOMATIC, 0);
        Duration window = Duration.ofMinutes(5);
        Duration patience = Duration.ofMinutes(2);

        assertEquals(Duration.ofMinutes(13), ten.confirmWindow(RINGS.get(1), 40, window, patience));
        assertEquals(Duration.ofMinutes(7), ten.confirmWindow(RINGS.get(1), 1, window, patience));
        assertEquals(window, ten.confirmWindow(RINGS.get(1), 0, window, patience));
    }
}
