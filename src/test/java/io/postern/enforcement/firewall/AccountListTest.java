package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountListTest {
    private static final String ANN = "S-1-5-21-1-2-3-1105";
    private static final String BOB = "S-1-5-21-1-2-3-1106";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "D:(A;;CC;;;S-1-5-21-1-2-3-4) | O:LSD:(A;;CC;;;S-1-5-21-1-2-3-4)",
                "O:LSD:(A;;CC;;;S-1-5-21-1-2-3-4) | O:LSD:(A;;CC;;;S-1-5-21-1-2-3-4)",
                "O:SYG:BAD:PAI(A;;0x1;;;s-1-5-21-1-2-3-4) | O:LSD:(A;;CC;;;S-1-5-21-1-2-3-4)",
                "O:S-1-5-21-1-2-3-500G:S-1-5-21-1-2-3-513D:(A;;CC;;;BA) |"
                        + " O:LSD:(A;;CC;;;S-1-5-32-544)",
                "D:(A;;CC;;;WD)(A;;CC;;;AU) | O:LSD:(A;;CC;;;S-1-1-0)(A;;CC;;;S-1-5-11)",
                "D:(A;;CC;;;S-1-5-9)(D;;CC;;;S-1-5-8)(A;;CC;;;S-1-5-7) |"
                        + " O:LSD:(D;;CC;;;S-1-5-8)(A;;CC;;;S-1-5-7)(A;;CC;;;S-1-5-9)",
                "D:(A;;CC;;;SY)(A;;CC;;;S-1-5-18) | O:LSD:(A;;CC;;;S-1-5-18)",
                "'  D:(A;;CC;;;BU)  ' | O:LSD:(A;;CC;;;S-1-5-32-545)",
                "D: | O:LSD:",
                "O:LSD: | O:LSD:"
            })
    void anyFormIsReadAndWrittenInOne(String sddl, String canonical) {
        assertEquals(canonical, AccountList.parse(sddl).sddl());
        assertEquals(AccountList.parse(sddl), AccountList.parse(canonical));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | the account list does not begin like an SDDL ('D:' or 'O:LSD:')",
                "CONTOSO\\ann | the account list does not begin like an SDDL ('D:' or 'O:LSD:')",
                "(A;;CC;;;WD) | the account list does not begin like an SDDL ('D:' or 'O:LSD:')",
                "S:(AU;;CC;;;WD) | the account list does not begin like an SDDL ('D:' or 'O:LSD:')",
                "D:(A;;CC;;;WD | the account list has no readable entry at character 3",
                "D:(A;;CC;;;WD) (A;;CC;;;AU) | the account list has no readable entry at character"
                        + " 15",
                "D:(A;;CC;;;WD)S:(AU;;CC;;;WD) | the account list has no readable entry at"
                        + " character 15",
                "D:(A;;CC;;WD) | the account list has no readable entry at character 3",
                "D:(A;;GA;;;WD) | the entry '(A;;GA;;;WD)' of the account list is not of the form"
                        + " (A;;CC;;;SID)",
                "D:(A;CI;CC;;;WD) | the entry '(A;CI;CC;;;WD)' of the account list is not of the"
                        + " form (A;;CC;;;SID)",
                "D:(XA;;CC;;;WD) | the entry '(XA;;CC;;;WD)' of the account list neither allows (A)"
                        + " nor denies (D)",
                "D:(A;;CC;;;DU) | 'DU' in the account list is no SID of the form S-1-…",
                "D:(A;;CC;;;ann) | 'ann' in the account list is no SID of the form S-1-…",
                "D:(A;;CC;;;S-1-5) | 'S-1-5' in the account list is no SID of the form S-1-…",
                "D:(A;;CC;;;S-2-5-1) | 'S-2-5-1' in the account list is no SID of the form S-1-…"
            })
    void whatCannotBeReadWholeIsRefusedInWords(String sddl, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> AccountList.parse(sddl))
                        .getMessage());
    }

    @Test
    void denialsComeBeforeWhatIsAllowed() {
        AccountList list =
                AccountList.parse("D:(A;;CC;;;" + ANN + ")(D;;CC;;;" + BOB + ")(A;;CC;;;AU)");
        assertTrue(list.admits(Set.of(ANN)));
        assertTrue(list.admits(Set.of("S-1-5-21-9-9-9-9")), "whoever is proven is Authenticated");
        assertFalse(list.admits(Set.of(BOB)));
        assertFalse(list.admits(Set.of(ANN, BOB)), "one denied group is enough");
        assertFalse(list.admits(Set.of()), "nothing proven");
        assertFalse(new AccountList(Set.of(), Set.of()).admits(Set.of(ANN)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"S-1-1-0", "s-1-5-18", "S-1-5-21-4294967295-1-2-1105", "S-1-15-2-1-2-3"})
    void aSidIsOne(String text) {
        assertTrue(AccountList.isSid(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S-1-5", "S-1-5-", "S-1-5-x", "CONTOSO\\ann", "S-1-5-1 ", "WD"})
    void whatIsNoSidIsNone(String text) {
        assertFalse(AccountList.isSid(text));
    }

    @Test
    void everyListReadsBackAsItWasWritten() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Set<String> allowed = sids(random);
            Set<String> denied = sids(random);
            AccountList list = new AccountList(allowed, denied);
            assertEquals(list, AccountList.parse(list.sddl()), "seed " + seed);
        }
    }

    private static Set<String> sids(Random random) {
        Set<String> sids = new LinkedHashSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            sids.add("S-1-5-21-" + random.nextInt(1000) + "-2-3-" + random.nextInt(9999));
        }
        return sids;
    }

    @Test
    void theListsOfARecordCannotBeChanged() {
        AccountList list = AccountList.parse("D:(A;;CC;;;WD)");
        for (Set<String> sids : List.of(list.allowed(), list.denied())) {
            assertThrows(UnsupportedOperationException.class, () -> sids.add(ANN));
        }
    }
}
