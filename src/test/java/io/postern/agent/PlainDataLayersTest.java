package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.outlook.GuardDeviation;
import io.postern.enforcement.outlook.GuardKey;
import io.postern.enforcement.outlook.GuardProfile;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.PickupState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** States of the small enforcement points survive a journal. */
class PlainDataLayersTest {
    @Test
    void aStateIsReadBackAsItWasWritten() throws IOException {
        PickupState pickup =
                new PickupState(
                        List.of("S-1-5-21-1-2-3-1", "S-1-5-21-1-2-3-2"),
                        List.of("S-1-5-21-1-2-3-1"));
        OutlookGuardState ask = OutlookGuardState.of(GuardProfile.ASK);
        OutlookGuardState guard =
                new OutlookGuardState(
                        ask.userValues(),
                        ask.machineValues(),
                        List.of(
                                new GuardDeviation(
                                        GuardKey.ofUser("S-1-5-21-1-2-3-1", "16.0"),
                                        "PromptOOMSend",
                                        2,
                                        true),
                                new GuardDeviation(
                                        GuardKey.ofMachine(GuardKey.View.NATIVE, "15.0"),
                                        "ObjectModelGuard",
                                        null,
                                        false)));
        for (Object state : List.of(pickup, guard)) {
            byte[] json = PlainData.mapper().writeValueAsBytes(state);
            assertEquals(state, PlainData.mapper().readValue(json, state.getClass()));
        }
    }
}
