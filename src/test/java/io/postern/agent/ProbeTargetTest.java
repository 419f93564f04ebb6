package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.ProbeTarget.NotPossibleException;
import io.postern.client.model.AgentServer;
import io.postern.client.model.ProbeTask;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeTargetTest {
    private static final AgentServer EX01 =
            new AgentServer()
                    .name("ex01")
                    .addresses(List.of("10.1.1.1", "2001:db8::1"))
                    .loadBalancedNames(List.of("mail.contoso.example"));

    private static ProbeTask task(long id, String source, String target) {
        return new ProbeTask().id(id).server("ex01").source(source).target(target).port(25);
    }

    private static InetAddress[] resolve(String name) throws UnknownHostException {
        if (!name.equals("mail.contoso.example")) {
            throw new UnknownHostException(name);
        }
        return new InetAddress[] {
            InetAddress.getByName("10.1.1.2"),
            InetAddress.getByName("2001:db8::2"),
            InetAddress.getByName("10.1.1.1"),
            InetAddress.getByName("10.1.1.2")
        };
    }

    private static ProbeTarget of(ProbeTask task) throws NotPossibleException {
        return ProbeTarget.ofVantage(task, ProbeTargetTest::resolve);
    }

    @Test
    void aNameIsResolvedInTheFamilyOfTheSourceAndTheTranscriptSaysSo() throws Exception {
        Set<String> reached = new HashSet<>();
        for (long id = 0; id < 4; id++) {
            reached.add(of(task(id, "10.2.2.2", "mail.contoso.example")).address().toString());
        }
        assertEquals(Set.of("10.1.1.1", "10.1.1.2"), reached);
        ProbeTarget six = of(task(7, "2001:db8::9", "mail.contoso.example"));
        assertEquals("2001:db8::2", six.address().toString());
        assertEquals("mail.contoso.example is here 2001:db8::2; asked is 2001:db8::2", six.note());
    }

    @Test
    void whatCannotBeReachedIsSaid() {
        assertSays("is not known here", () -> of(task(1, "10.2.2.2", "other.example")));
        assertSays("other family", () -> of(task(1, "10.2.2.2", "2001:db8::1")));
    }

    @Test
    void ofAnOwnServerOnlyItsAddressesAndNamesAreAsked() throws Exception {
        ProbeTarget.requireListed("10.1.1.1", EX01);
        ProbeTarget.requireListed("MAIL.contoso.example", EX01);
        for (String foreign : List.of("10.1.1.2", "mail.fabrikam.example", "2001:db8::2", "")) {
            assertSays(
                    "'" + foreign + "' is no address or load-balanced name of ex01",
                    () -> ProbeTarget.requireListed(foreign, EX01));
        }
    }

    private interface Attempt {
        void make() throws NotPossibleException;
    }

    private static void assertSays(String what, Attempt attempt) {
        String message = assertThrows(NotPossibleException.class, attempt::make).getMessage();
        assertTrue(message.contains(what), message);
    }
}
