package io.postern.agent.exchange;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How one Exchange server is reached.
 *
 * @param exchangeName its name in Exchange (the computer's), e.g. {@code EX01}
 * @param connect FQDN of the server whose remote PowerShell is used; not an address
 * @param domainController the one to use; null = one is chosen and kept
 * @param anonymousLogon what Exchange calls S-1-5-7, for a management host whose Windows speaks
 *     another language; null = as this Windows calls it
 * @param endpoint where probes connect to
 * @param replication how long after a write no other domain controller is asked
 * @param windowsFirewall whether the agent runs on the server itself and keeps its Windows firewall
 * @param pickup whether it keeps the server's pickup folder, likewise
 * @param outlookGuard whether it keeps the machine's object model guard, likewise
 */
public record ExchangeServerSettings(
        String exchangeName,
        String connect,
        String domainController,
        String anonymousLogon,
        InetSocketAddress endpoint,
        Duration replication,
        boolean windowsFirewall,
        boolean pickup,
        boolean outlookGuard) {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final int MAX_HOST = 253;

    public ExchangeServerSettings {
        host("exchangeName", exchangeName);
        host("connect", connect);
        if (exchangeName.indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    "exchangeName '" + exchangeName + "' is the short name, without a domain");
        }
        if (connect.indexOf('.') < 0 || NUMBERS.matcher(connect).matches()) {
            throw new IllegalArgumentException(
                    "connect '" + connect + "' is no FQDN; Kerberos needs one");
        }
        if (domainController != null) {
            host("domainController", domainController);
        }
        if (anonymousLogon != null
                && (anonymousLogon.isBlank()
                        || anonymousLogon.length() > MAX_HOST
                        || anonymousLogon.chars().anyMatch(Character::isISOControl))) {
            throw new IllegalArgumentException("anonymousLogon is no account name");
        }
        Objects.requireNonNull(endpoint);
        if (replication.isNegative()) {
            throw new IllegalArgumentException("replication is negative");
        }
    }

    private static void host(String what, String name) {
        if (name == null || name.length() > MAX_HOST || !HOST.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what
                            + (name == null ? " is missing" : " '" + name + "' is no host name")
                            + "; letters, digits, '-' and '.' are allowed");
        }
    }
}
