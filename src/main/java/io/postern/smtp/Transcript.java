package io.postern.smtp;

import java.util.ArrayList;
import java.util.List;

/** The lines of one probe as they come; a talkative server cannot fill the memory with it. */
final class Transcript {
    /** Most lines kept of one reply. */
    static final int MAX_REPLY_LINES = 32;

    private final List<TranscriptLine> lines = new ArrayList<>();

    void sent(long elapsedMillis, String line) {
        lines.add(new TranscriptLine(elapsedMillis, TranscriptLine.SENT, line));
    }

    void note(long elapsedMillis, String text) {
        lines.add(new TranscriptLine(elapsedMillis, TranscriptLine.NOTE, text));
    }

    void received(long elapsedMillis, SmtpReply reply) {
        List<String> wire = reply.wireLines();
        int kept = Math.min(wire.size(), MAX_REPLY_LINES);
        for (String line : wire.subList(0, kept)) {
            lines.add(new TranscriptLine(elapsedMillis, TranscriptLine.RECEIVED, line));
        }
        if (kept < wire.size()) {
            note(elapsedMillis, (wire.size() - kept) + " further lines of this reply not kept");
        }
    }

    List<TranscriptLine> lines() {
        return List.copyOf(lines);
    }
}
