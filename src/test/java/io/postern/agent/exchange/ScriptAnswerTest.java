package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.SampleConnectors;
import io.postern.agent.exchange.ScriptAnswer.Outcome;
import io.postern.agent.powershell.ShellOutput;
import io.postern.enforcement.AcceptedDomain;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptAnswerTest {
    private static final String MARK = "postern-1";
    private static final String DONE =
            MARK + " answer {\"outcome\":\"done\",\"message\":\"\",\"more\":1}";
    private static final String STATE =
            new InMemoryExchange("EX01", List.of(SampleConnectors.wide()))
                    .state(SampleConnectors.wide());

    private static ScriptAnswer parse(int exitCode, String output) throws IOException {
        return ScriptAnswer.parse(new ShellOutput(exitCode, output, "odd"), MARK);
    }

    @Test
    void markedLinesAreTheAnswerAndAllElseIsNoise() throws IOException {
        ScriptAnswer answer =
                parse(
                        0,
                        "What if: Performing the operation\r\npostern-2 answer {}\r\n\n"
                                + MARK
                                + " state "
                                + STATE
                                + "\r\n"
                                + DONE
                                + "\nWARNING: late\n");
        assertEquals(Outcome.DONE, answer.outcome());
        assertEquals("Default Frontend ex01", answer.states().get(0).name());
        assertEquals(STATE, answer.states().get(0).text());
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "0 | | the script ended with code 0 and without an answer: odd",
                "0 | postern-1 answer {\"outcome\":\"do | the script's answer is no JSON",
                "0 | postern-1 answer {\"outcome\":\"done\"} {} | the script's answer is no JSON",
                "0 | postern-1 answer null | the script's answer is empty",
                "0 | postern-1 answer {} | the script answered 'null' and ended with code 0",
                "1 | postern-1 answer {\"outcome\":\"done\"} | answered 'done' and ended with code 1",
                "0 | postern-1 answer {\"outcome\":\"fine\"} | answered 'fine'",
                "0 | postern-1 nonsense | a line of no known kind",
                "0 | postern-1 state | a line of no known kind",
                "0 | postern-1 state {} | a connector has no name or no server",
                "0 | postern-1 state null | a connector has no name or no server",
                "0 | postern-1 state [1] | a connector is no JSON",
                "0 | postern-1 state {\"name\":\"a\",\"server\":\"b\"} | connector 'a' lacks a property",
                "0 | postern-1 domains | a line of no known kind",
                "0 | postern-1 domains [1] | the accepted domains are no JSON",
                "0 | postern-1 domains {\"acceptedDomains\":[ | the accepted domains are no JSON"
            })
    void whatIsNoWholeAnswerIsAnError(int exitCode, String output, String message) {
        String text = output == null ? "" : output + "\n";
        String error = assertThrows(IOException.class, () -> parse(exitCode, text)).getMessage();
        assertTrue(error.contains(message), error);
    }

    @Test
    void acceptedDomainsShownTwiceAreAnError() {
        String line = MARK + " domains {\"acceptedDomains\":[]}\n";
        String error =
                assertThrows(IOException.class, () -> parse(0, line + line + DONE)).getMessage();
        assertEquals("the script shows the accepted domains twice", error);
    }

    @Test
    void acceptedDomainsAreReadAsExchangeSpellsThem() throws IOException {
        List<AcceptedDomain> domains =
                List.of(
                        new AcceptedDomain(
                                "Own", "contoso.example", AcceptedDomain.Type.AUTHORITATIVE, true),
                        new AcceptedDomain(
                                "It's; $(x)", "*", AcceptedDomain.Type.INTERNAL_RELAY, false),
                        new AcceptedDomain(
                                "Partner",
                                "*.fabrikam.example",
                                AcceptedDomain.Type.EXTERNAL_RELAY,
                                false));
        String line = MARK + " domains " + InMemoryExchange.shown(domains) + "\n";
        assertEquals(domains, parse(0, line + DONE).acceptedDomains());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "nothing",
                "null",
                "{}",
                "{\"acceptedDomains\":null}",
                "{\"acceptedDomains\":[]}",
                "{\"acceptedDomains\":[null]}",
                "{\"acceptedDomains\":[ENTRY,{}]}",
                "{\"acceptedDomains\":[ENTRY,{\"name\":\"a\",\"domainName\":\"\",\"domainType\":\"Authoritative\"}]}",
                "{\"acceptedDomains\":[ENTRY,{\"name\":\"a\",\"domainName\":\" * \",\"domainType\":\"Authoritative\"}]}",
                "{\"acceptedDomains\":[ENTRY,{\"name\":\"a\",\"domainName\":\"b.c\",\"domainType\":\"Other\"}]}",
                "{\"acceptedDomains\":[ENTRY,{\"name\":\"a\",\"domainName\":\"b.c\"}]}"
            })
    void acceptedDomainsThatAreNotUnderstoodToTheLastAreUnknownAndNeverNone(String shown)
            throws IOException {
        String entry = "{\"name\":\"a\",\"domainName\":\"b.c\",\"domainType\":\"Authoritative\"}";
        String line =
                shown.equals("nothing")
                        ? ""
                        : MARK + " domains " + shown.replace("ENTRY", entry) + "\n";
        assertNull(parse(0, line + DONE).acceptedDomains());
    }

    @Test
    void anAnswerThatGoesOnAfterItsEndIsAnError() {
        String error =
                assertThrows(IOException.class, () -> parse(0, DONE + "\n" + DONE)).getMessage();
        assertEquals("the script's answer goes on after its end", error);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "FrontendTransport | Other | transport role 'Other' is not known",
                "0.0.0.0-255.255.255.255 | 10.0.0.0/33 | has no valid prefix length",
                "0.0.0.0-255.255.255.255 | nonsense | connector 'Default Frontend ex01' cannot",
                "0.0.0.0:25 | 0.0.0.0 | is not a binding",
                "00:00:00 | 5 s | '5 s' is no time span",
                "AnonymousUsers | Everybody | permission group 'Everybody' is not known"
            })
    void aValueThatIsNotKnownIsAnErrorNamingTheConnector(String from, String to, String message) {
        String error =
                assertThrows(IOException.class, () -> ConnectorState.parse(STATE.replace(from, to)))
                        .getMessage();
        assertTrue(error.contains(message), error);
        assertTrue(error.contains("connector 'Default Frontend ex01' cannot be understood"), error);
    }
}
