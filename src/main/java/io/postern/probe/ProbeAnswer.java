package io.postern.probe;

import java.util.List;

/** The judged result of one probe. */
public record ProbeAnswer(
        Verdict verdict,
        String observed,
        String explanation,
        boolean simulated,
        List<String> transcript) {
    public ProbeAnswer {
        transcript = List.copyOf(transcript);
    }
}
