package io.postern.rollout.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollouts as they are stored, those of earlier programs too. */
class StoredRolloutTest {
    private static final String BEFORE_OPTIONS =
            """
            {"id":0,"changeId":7,"revision":4,"previousRevision":3,"state":"RUNNING","rings":[
             {"name":"lab","state":"PUSHING","targets":[{"server":"ex01","serial":5,"digest":"ab",
              "rollbackSerial":0,"rollbackDigest":null,"touched":true}],"since":1782900000.500000000,
              "batch":null,"attempts":0}],
             "authorityRevision":0,"since":1782900000.500000000,"reason":null,"rollbackBatch":null,
             "proof":null,"skipped":["ex09: mode observe, nothing is written"]}
            """;

    @Test
    void oneFromBeforeThereWereOptionsIsPlain() throws Exception {
        Rollout read = PanacheRollouts.parse(BEFORE_OPTIONS).stored(12);

        assertEquals(12, read.id());
        assertEquals(RolloutOptions.PLAIN, read.options());
        assertNull(read.cause());
        assertEquals(List.of(), read.outstanding());
        assertFalse(read.isWatched());
        assertEquals(RingState.PUSHING, read.rings().get(0).state());
        assertNull(read.rings().get(0).confirmedAt());
        assertFalse(read.rings().get(0).targets().get(0).isSkipped());
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() throws Exception {
        Rollout read = PanacheRollouts.parse(BEFORE_OPTIONS);

        assertEquals(read, PanacheRollouts.parse(PanacheRollouts.text(read)));
    }

    @Test
    void whatALaterProgramWroteIsReadToo() throws Exception {
        String later = BEFORE_OPTIONS.replaceFirst("\\{", "{\"comesLater\":{\"a\":[1]},");

        assertEquals(PanacheRollouts.parse(BEFORE_OPTIONS), PanacheRollouts.parse(later));
    }
}
