package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.agent.exchange.ExchangeServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DriverOptionsTest {
    private static ExchangeServerSettings settings(
            boolean firewall, boolean pickup, boolean guard) {
        return new ExchangeServerSettings(
                "EX01",
                "ex01.contoso.example",
                null,
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 25),
                Duration.ofMinutes(15),
                firewall,
                pickup,
                guard);
    }

    private static String refusal(ExchangeServerSettings settings, String machine) {
        return assertThrows(
                        IOException.class,
                        () -> DriverOptions.requireLocal("ex01", settings, machine))
                .getMessage();
    }

    @Test
    void aManagementHostKeepsNoFirewallOfAnother() {
        String message =
                "server 'ex01': windowsFirewall, pickup and outlookGuard are kept on the server"
                        + " itself (EX01); this machine is ";
        assertEquals(message + "MGMT01", refusal(settings(true, false, false), "MGMT01"));
        assertEquals(message + "MGMT01", refusal(settings(false, true, false), "MGMT01"));
        assertEquals(message + "not known by name", refusal(settings(false, false, true), null));
    }

    @Test
    void theServerItselfKeepsItsOwnAndConnectorsAreKeptFromAnywhere() {
        assertDoesNotThrow(
                () -> DriverOptions.requireLocal("ex01", settings(true, true, true), "ex01"));
        assertDoesNotThrow(
                () -> DriverOptions.requireLocal("ex01", settings(false, false, false), "MGMT01"));
    }
}
