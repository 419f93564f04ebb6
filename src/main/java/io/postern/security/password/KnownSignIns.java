package io.postern.security.password;

import io.postern.audit.AuditNews;
import io.postern.security.Account;
import io.postern.security.AccountChanged;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.event.TransactionPhase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names and passwords that were right a moment ago, so that a client that sends them with every
 * request is known from memory. Holds no password: only an HMAC of name and password under a key
 * that lives as long as the process. Wrong passwords are never kept, so guessing costs what it
 * always did. A changed account is forgotten at once here, and on other replicas when news comes
 * or, if it is lost, after {@link #FRESH}. Safe for any number of threads.
 */
@ApplicationScoped
class KnownSignIns {
    /** How long an entry counts without a look at the account. */
    static final Duration FRESH = Duration.ofSeconds(30);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAX_ENTRIES = 10_000;

    /** An HMAC as a key. */
    record Proof(long a, long b, long c, long d) {}

    /**
     * A sign-in that was right.
     *
     * @param account as it was read then
     * @param generation of the memory before it was read
     */
    record SignIn(Account account, SecurityIdentity identity, Instant until, long generation) {}

    private final Clock clock;
    private final SecretKeySpec key;
    private final Map<Proof, SignIn> known = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    KnownSignIns(Clock clock) {
        this.clock = clock;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** What stands for a name and password. */
    Proof proof(String name, char[] password) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] secret = new String(password).getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, nameBytes.length).array());
            mac.update(nameBytes);
            mac.update(secret);
            ByteBuffer digest = ByteBuffer.wrap(mac.doFinal());
            return new Proof(
                    digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The identity if the proof is fresh; null = look at the account. Never blocks. */
    SecurityIdentity fresh(Proof proof) {
        SignIn signIn = known.get(proof);
        return signIn != null
                        && signIn.generation() == generation.get()
                        && clock.instant().isBefore(signIn.until())
                ? signIn.identity()
                : null;
    }

    /** The last sign-in with the proof, fresh or not; null = none. */
    SignIn last(Proof proof) {
        return known.get(proof);
    }

    /** To be asked before the account is read, and given to {@link #keep} after. */
    long generation() {
        return generation.get();
    }

    /** Keeps a sign-in that has just been found right. */
    void keep(Proof proof, Account account, SecurityIdentity identity, long readIn) {
        if (known.size() >= MAX_ENTRIES) {
            known.clear();
        }
        known.put(proof, new SignIn(account, identity, clock.instant().plus(FRESH), readIn));
    }

    void forget(Proof proof) {
        known.remove(proof);
    }

    /** Nothing counts any more without a look at the account. */
    void doubtAll() {
        generation.incrementAndGet();
    }

    void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) AccountChanged event) {
        doubtAll();
    }

    void heard(@ObservesAsync AuditNews news) {
        if (news.subjectKind().equals("account") || news.subjectKind().isEmpty()) {
            doubtAll();
        }
    }
}
