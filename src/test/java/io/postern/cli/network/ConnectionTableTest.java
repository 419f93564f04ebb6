package io.postern.cli.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.smtp.ObservedTier.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The printed table, and the kernel's counters that the stream reads. */
class ConnectionTableTest {
    private final ConnectionTable table = new ConnectionTable();

    private void add(String client, Level expected, Level observed, String how) {
        table.add(new ConnectionTable.Row(client, "mx1", "IPv4", expected, observed, how));
    }

    @Test
    void printsFixedColumnsAndTheSameInMarkdown() {
        add("client1", Level.INTERNAL, Level.INTERNAL, "554 5.7.1 no | relay");
        add("client2", Level.NONE, Level.AT_LEAST_RELAY, "250 Ok");
        assertEquals(
                """
                client   server  family  expected  observed               how
                client1  mx1     IPv4    INTERNAL  INTERNAL        ok     554 5.7.1 no | relay
                client2  mx1     IPv4    NONE      AT_LEAST_RELAY  WRONG  250 Ok
                """,
                table.text());
        assertEquals(
                """
                | client | server | family | expected | observed |  | how |
                |---|---|---|---|---|---|---|
                | client1 | mx1 | IPv4 | INTERNAL | INTERNAL | ok | 554 5.7.1 no \\| relay |
                | client2 | mx1 | IPv4 | NONE | AT_LEAST_RELAY | WRONG | 250 Ok |
                """,
                table.markdown());
        assertFalse(table.isAsExpected());
    }

    @Test
    void neitherNothingNorUnknownIsAsExpected() {
        assertFalse(table.isAsExpected(), "no evidence");
        add("client1", Level.NONE, Level.NONE, "timeout");
        assertTrue(table.isAsExpected());
        add("client2", Level.UNKNOWN, Level.UNKNOWN, "454 later");
        assertFalse(table.isAsExpected(), "unknown");
    }

    @Test
    void readsOneCounterOfTheKernel() {
        List<String> lines =
                List.of("TcpExt: A TCPSynRetrans B", "TcpExt: 1 42 3", "IpExt: X", "IpExt: 9");
        assertEquals(42, LabStreamMain.counter(lines, "TcpExt:", "TCPSynRetrans"));
        assertEquals(9, LabStreamMain.counter(lines, "IpExt:", "X"));
        assertThrows(
                IllegalArgumentException.class,
                () -> LabStreamMain.counter(lines, "TcpExt:", "TCPNone"));
    }
}
