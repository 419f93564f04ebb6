package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultConnectorsTest {
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Default Frontend EX01|25|FrontendTransport"
                        + "|Tls Integrated BasicAuth BasicAuthRequireTLS ExchangeServer"
                        + "|AnonymousUsers ExchangeServers ExchangeLegacyServers|5000|true",
                "Client Frontend EX01|587|FrontendTransport"
                        + "|Tls Integrated BasicAuth BasicAuthRequireTLS|ExchangeUsers|5000|false",
                "Outbound Proxy Frontend EX01|717|FrontendTransport"
                        + "|Tls Integrated BasicAuth BasicAuthRequireTLS ExchangeServer"
                        + "|ExchangeServers|0|true",
                "Default EX01|2525|HubTransport"
                        + "|Tls Integrated BasicAuth BasicAuthRequireTLS ExchangeServer"
                        + "|ExchangeUsers ExchangeServers ExchangeLegacyServers|5000|false",
                "Client Proxy EX01|465|HubTransport"
                        + "|Tls Integrated BasicAuth BasicAuthRequireTLS ExchangeServer"
                        + "|ExchangeUsers ExchangeServers|5000|false"
            })
    void aFreshServerHas(
            String name,
            int port,
            String role,
            String auth,
            String groups,
            int tarpit,
            boolean verbose) {
        ReceiveConnector found =
                FRESH.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
        assertEquals(
                new ConnectorData(
                        name,
                        false,
                        true,
                        role,
                        List.of("0.0.0.0:" + port, "[::]:" + port),
                        List.of("0.0.0.0/0", "::/0"),
                        List.of(groups.split(" ")),
                        List.of(auth.split(" ")),
                        false,
                        "EX01.contoso.example",
                        "",
                        tarpit,
                        verbose),
                ConnectorData.of(found));
    }

    @Test
    void theFiveStandTogether() {
        assertEquals(5, FRESH.size());
        assertEquals(List.of(), ConnectorConflicts.of(FRESH));
    }
}
