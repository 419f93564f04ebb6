package io.postern.fleet.api;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeStage;
import io.postern.smtp.SmtpReply;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads what a vantage sent of one probe, whoever it is. */
final class SentResult {
    private SentResult() {}

    /**
     * The outcome that was sent.
     *
     * @param pointer of the result in the request
     * @param code null = there was no reply
     * @param lines null or empty = likewise
     * @throws DomainException INVALID_FIELD if there is no such stage
     */
    static ProbeOutcome outcome(
            String pointer,
            ProbeOutcome.Kind kind,
            String stage,
            Integer code,
            List<String> lines) {
        if (Arrays.stream(ProbeStage.values()).noneMatch(one -> one.word().equals(stage))) {
            String allowed =
                    Arrays.stream(ProbeStage.values())
                            .map(ProbeStage::word)
                            .collect(Collectors.joining(", "));
            String message = "there is no such stage; allowed: " + allowed;
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    message,
                    List.of(new DomainException.Fault(pointer + "/stage", message)));
        }
        SmtpReply reply =
                code == null || lines == null || lines.isEmpty() ? null : SmtpReply.of(code, lines);
        return new ProbeOutcome(kind, stage, reply, List.of());
    }
}
