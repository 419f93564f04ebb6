package io.postern.change;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a repeated request harmless: key, action and answer are committed together or not at all.
 */
@ApplicationScoped
public class IdempotencyService {
    private static final int MAX_KEY = 255;

    private final IdempotentAnswers answers;
    private final Clock clock;

    IdempotencyService(IdempotentAnswers answers, Clock clock) {
        this.answers = answers;
        this.clock = clock;
    }

    /**
     * Runs the action, or gives the answer that the same request of the same client got before.
     *
     * @param key the client's Idempotency-Key, 1 to 255 visible ASCII characters
     * @param fingerprint what the request asks; another one under the same key is refused
     */
    @Transactional
    public IdempotentAnswer once(
            String client, String key, String fingerprint, Supplier<IdempotentAnswer> action) {
        if (key == null
                || key.isBlank()
                || key.length() > MAX_KEY
                || !key.chars().allMatch(c -> c > 32 && c < 127)) {
            throw new DomainException(
                    ErrorCode.IDEMPOTENCY_KEY_MISSING,
                    "send Idempotency-Key with 1 to 255 visible ASCII characters, such as a UUID");
        }
        // A second request with the same key waits here for the first one's end.
        answers.lock(client, key);
        Optional<IdempotentAnswers.Stored> stored = answers.find(client, key);
        if (stored.isPresent()) {
            if (!stored.get().fingerprint().equals(fingerprint)) {
                throw new DomainException(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED, "choose a new key for a new request");
            }
            return stored.get().answer();
        }
        IdempotentAnswer answer = action.get();
        answers.add(client, key, fingerprint, answer, clock.instant());
        return answer;
    }
}
