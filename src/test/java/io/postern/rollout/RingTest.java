package io.postern.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    @Test
    void whatIsPublishedAnewMustBeJudgedAndConfirmedAnew() {
        Ring baking =
                Ring.pending("lab", List.of(ServerTarget.of("ex1")))
                        .in(RingState.PROBING, NOW)
                        .asked("batch")
                        .confirmed(NOW)
                        .in(RingState.BAKING, NOW);
        assertTrue(baking.isConfirmed());

        Ring again = baking.pushed(NOW.plusSeconds(9));

        assertEquals(RingState.PUSHING, again.state());
        assertFalse(again.isConfirmed(), "the agents' windows run again");
        assertEquals(null, again.batch());
        assertEquals(0, again.attempts());
        assertEquals(NOW.plusSeconds(9), again.since());
    }
}
