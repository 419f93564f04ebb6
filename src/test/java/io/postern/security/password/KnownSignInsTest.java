package io.postern.security.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.audit.AuditNews;
import io.postern.security.Account;
import io.postern.security.AccountChanged;
import io.quarkus.security.identity.SecurityIdentity;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a sign-in counts without a look at the account, and when not. */
class KnownSignInsTest {
    private static final Account ANN =
            new Account("ann", "hash of ann", Set.of("reader"), true, Instant.EPOCH);

    private Instant now = Instant.parse("2027-01-01T00:00:00Z");
    private final KnownSignIns known =
            new KnownSignIns(
                    new Clock() {
                        @Override
                        public Instant instant() {
                            return now;
                        }

                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }
                    });
    private final SecurityIdentity identity = AccountIdentity.of(ANN);
    private final KnownSignIns.Proof proof = known.proof("ann", "right".toCharArray());

    private void keep() {
        known.keep(proof, ANN, identity, known.generation());
    }

    @Test
    void whatIsKnownIsAccepted() {
        assertNull(known.fresh(proof));
        keep();

        assertSame(identity, known.fresh(known.proof("ann", "right".toCharArray())));
    }

    @Test
    void anotherNameOrPasswordIsNotKnown() {
        keep();

        for (KnownSignIns.Proof other :
                new KnownSignIns.Proof[] {
                    known.proof("ann", "wrong".toCharArray()),
                    known.proof("bob", "right".toCharArray()),
                    known.proof("an", "nright".toCharArray()),
                    known.proof("annr", "ight".toCharArray()),
                    known.proof("ann", "".toCharArray())
                }) {
            assertNotEquals(proof, other);
            assertNull(known.fresh(other));
        }
    }

    @Test
    void theAccountIsLookedAtAgainAfterHalfAMinute() {
        keep();
        now = now.plus(KnownSignIns.FRESH).minusMillis(1);
        assertSame(identity, known.fresh(proof));

        now = now.plusMillis(1);

        assertNull(known.fresh(proof));
        assertEquals(ANN, known.last(proof).account());
    }

    @Test
    void aChangedAccountHereOrNewsOfOneCountsAtOnce() {
        keep();
        known.changed(new AccountChanged("ann"));
        assertNull(known.fresh(proof));

        keep();
        known.heard(new AuditNews(9, "account.disabled", "account", "ann"));
        assertNull(known.fresh(proof));

        keep();
        known.heard(AuditNews.UNKNOWN);
        assertNull(known.fresh(proof));

        keep();
        known.heard(new AuditNews(10, "rollout.started", "rollout", "1"));
        assertSame(identity, known.fresh(proof));
    }

    @Test
    void anAccountThatChangesWhileItIsReadIsNotBelieved() {
        long readIn = known.generation();
        known.changed(new AccountChanged("ann"));
        known.keep(proof, ANN, identity, readIn);

        assertNull(known.fresh(proof));
    }

    @Test
    void whatWasForgottenIsGone() {
        keep();
        known.forget(proof);

        assertNull(known.last(proof));
    }

    @Test
    void nothingThatIsKeptShowsThePassword() {
        keep();
        String kept = proof + " " + known.last(proof);

        assertTrue(kept.contains("ann"));
        assertFalse(kept.contains("right"));
    }

    @Test
    void anotherProcessMakesOtherProofs() {
        KnownSignIns other = new KnownSignIns(Clock.systemUTC());

        assertNotEquals(proof, other.proof("ann", "right".toCharArray()));
    }
}
