package io.postern.cli;

import io.postern.agent.AccountContexts;
import io.postern.agent.AgentTime;
import io.postern.agent.Driver;
import io.postern.agent.DurableFile;
import io.postern.agent.LayeredDriver;
import io.postern.agent.LinuxDriver;
import io.postern.agent.account.AccountSettings;
import io.postern.agent.account.TaskAccounts;
import io.postern.agent.exchange.ExchangeDriver;
import io.postern.agent.exchange.ExchangeServerSettings;
import io.postern.agent.exchange.ExchangeSettings;
import io.postern.agent.exchange.Script;
import io.postern.agent.firewall.FirewallDriver;
import io.postern.agent.nftables.NftablesDriver;
import io.postern.agent.outlook.OutlookGuardDriver;
import io.postern.agent.pickup.PickupDriver;
import io.postern.agent.postfix.PostfixDriver;
import io.postern.agent.powershell.PowerShell;
import io.postern.agent.powershell.ShellScript;
import io.postern.agent.simulated.ConnectorStore;
import io.postern.agent.simulated.FaultFile;
import io.postern.agent.simulated.SimulatedExchangeDriver;
import io.postern.agent.simulated.SimulatedServerSettings;
import io.postern.enforcement.Binding;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.server.Post;
import io.postern.policy.Address;
import io.postern.policy.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that choose a driver, and the drivers they choose. */
final class DriverOptions {
    private static final int TOKEN_BYTES = 32;
    private static final int MAX_SESSIONS = 500;
    private static final String SIMULATED = "simulated-exchange";
    private static final String EXCHANGE = "exchange";
    private static final String LINUX = "linux";

    /** What nft or a program of Postfix's may take with a very large rule set. */
    private static final Duration PROGRAM_TIMEOUT = Duration.ofSeconds(30);

    @Option(
            names = "--driver",
            defaultValue = SIMULATED,
            paramLabel = "DRIVER",
            description = "simulated-exchange (default), exchange or linux.")
    private String driver;

    @Option(
            names = "--exchange",
            paramLabel = "FILE",
            description = "Settings of the driver exchange; see docs/enforcement.md.")
    private Path exchange;

    @Option(
            names = "--listen",
            paramLabel = "SERVER=HOST:PORT",
            description = "Where a simulated server listens (default: 127.0.0.1, a free port).")
    private Map<String, String> listen = Map.of();

    @Option(
            names = "--accepted-domain",
            paramLabel = "DOMAIN",
            description = "An accepted domain of the simulated organisation; repeatable.")
    private List<String> acceptedDomains = List.of("contoso.example");

    @Option(
            names = "--tarpit-millis",
            defaultValue = "5000",
            paramLabel = "MILLIS",
            description = "Tarpit of the simulated servers' default connectors (default: 5000).")
    private int tarpitMillis;

    @Option(
            names = "--simulate-firewall",
            description =
                    "Put a simulated Windows firewall before simulated servers, with Exchange's own"
                            + " rules in it.")
    private boolean simulateFirewall;

    @Option(
            names = "--nftables",
            description =
                    "Of the driver linux: keep an nftables table of our own, in the hook input of a"
                            + " server itself (mx1), in forward of a gateway before it (mx1@gw1).")
    private boolean nftables;

    @Option(
            names = "--postfix",
            paramLabel = "DIRECTORY",
            description =
                    "Of the driver linux: keep the Postfix with this configuration directory, such"
                            + " as /etc/postfix; it is the server itself.")
    private Path postfix;

    @Option(
            names = "--load-balanced-name",
            paramLabel = "NAME=HOST:PORT",
            description = {
                "Where a load-balanced name of a simulated server leads: to where a simulated",
                "server listens, best one of this agent, which alone knows its token. Repeatable."
            })
    private Map<String, String> loadBalancedNames = Map.of();

    @Option(
            names = "--accounts",
            paramLabel = "FILE",
            description =
                    "On Windows: accounts that probes can run as, by prepared scheduled tasks; see"
                            + " docs/vantages.md.")
    private Path accounts;

    @Option(names = "--fault-file", hidden = true)
    private Path faultFile;

    /** Longer than a prepared task may take. */
    private static final Duration ACCOUNT_SCRIPT_TIMEOUT = Duration.ofSeconds(150);

    /** The clocks of the agent: the machine's own, unless a fault says otherwise. */
    AgentTime time() {
        AgentTime own = AgentTime.system();
        if (faultFile == null) {
            return own;
        }
        FaultFile faults = new FaultFile(faultFile);
        return new AgentTime() {
            @Override
            public Instant now() {
                return own.now().plus(faults.clockSkew());
            }

            @Override
            public long nanoTime() {
                return own.nanoTime();
            }
        };
    }

    private ExchangeSettings settings;
    private Path powerShell;

    /**
     * Checks the choice; must be called before a driver is opened.
     *
     * @throws IOException saying what is missing, for a user to read
     */
    void check() throws IOException {
        if (driver.equals(EXCHANGE)) {
            if (exchange == null) {
                throw new IOException(
                        "the driver exchange needs its settings: --exchange FILE"
                                + " (docs/enforcement.md)");
            }
            settings = ExchangeSettings.read(exchange);
            powerShell = PowerShell.ofWindows(System.getenv("SystemRoot"), EXCHANGE);
        } else if (driver.equals(LINUX)) {
            if (!nftables && postfix == null) {
                throw new IOException(
                        "the driver linux needs something to keep: --nftables, --postfix DIRECTORY"
                                + " or both (docs/linux-agent.md)");
            }
        } else if (!driver.equals(SIMULATED)) {
            throw new IOException(
                    "there is no driver '"
                            + driver
                            + "' (allowed: "
                            + SIMULATED
                            + ", "
                            + EXCHANGE
                            + ", "
                            + LINUX
                            + ")");
        }
        if (!driver.equals(LINUX) && (nftables || postfix != null)) {
            throw new IOException("--nftables and --postfix are for --driver linux");
        }
    }

    /**
     * The accounts that probes can run as.
     *
     * @param data the agent's directory
     * @throws IOException if the file is not right, or this is not Windows
     */
    AccountContexts accounts(Path data) throws IOException {
        if (accounts == null) {
            return AccountContexts.NONE;
        }
        AccountSettings prepared = AccountSettings.read(accounts);
        return new TaskAccounts(
                prepared,
                new PowerShell(
                        PowerShell.ofWindows(System.getenv("SystemRoot"), "--accounts"),
                        data.resolve("account-scripts"),
                        ACCOUNT_SCRIPT_TIMEOUT,
                        List.of(io.postern.agent.account.Script.values())),
                AgentTime.system());
    }

    /** Where load-balanced names of simulated servers lead. */
    private Map<String, InetSocketAddress> loadBalanced() throws IOException {
        Map<String, InetSocketAddress> endpoints = new HashMap<>();
        for (Map.Entry<String, String> entry : loadBalancedNames.entrySet()) {
            try {
                Binding leadsTo = Binding.parse(entry.getValue());
                endpoints.put(
                        entry.getKey(),
                        new InetSocketAddress(
                                InetAddress.getByName(leadsTo.address().toString()),
                                leadsTo.port()));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "--load-balanced-name "
                                + entry.getKey()
                                + "="
                                + entry.getValue()
                                + ": "
                                + e.getMessage(),
                        e);
            }
        }
        return endpoints;
    }

    /**
     * Opens the driver of a server.
     *
     * @param directory of this server's files; exists
     * @param out told where a simulated server listens
     */
    Driver open(String server, Path directory, PrintWriter out) throws IOException {
        if (driver.equals(LINUX)) {
            return openLinux(Post.parse(server), directory);
        }
        return driver.equals(EXCHANGE)
                ? openReal(server, directory)
                : openSimulated(server, directory, out);
    }

    private Driver openLinux(Post post, Path directory) throws IOException {
        if (post.isGateway() && !nftables) {
            throw new IOException(
                    "'" + post + "' is kept from a gateway, which has nftables alone: --nftables");
        }
        NftablesHook hook = post.isGateway() ? NftablesHook.FORWARD : NftablesHook.INPUT;
        return new LinuxDriver(
                nftables
                        ? new NftablesDriver(
                                post.server(),
                                Server.DEFAULT_PORTS,
                                hook,
                                program("nft"),
                                PROGRAM_TIMEOUT,
                                directory)
                        : null,
                postfix == null || post.isGateway()
                        ? null
                        : new PostfixDriver(
                                post.server(),
                                postfix,
                                postfix.resolve("postern"),
                                program("postconf"),
                                program("postmap"),
                                program("postfix"),
                                PROGRAM_TIMEOUT,
                                directory));
    }

    /** Where a program of the system lies: never one that a search path could put before it. */
    private static Path program(String name) throws IOException {
        for (String directory : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new IOException(
                "the program "
                        + name
                        + " is missing: it is looked for in /usr/sbin, /sbin, /usr/bin and /bin");
    }

    private Driver openReal(String server, Path directory) throws IOException {
        ExchangeServerSettings wanted = settings.of(server);
        requireLocal(server, wanted, System.getenv("COMPUTERNAME"));
        Driver connectors =
                new ExchangeDriver(
                        wanted,
                        shell(directory, List.of(Script.values())),
                        directory,
                        AgentTime.system());
        return new LayeredDriver(
                connectors,
                wanted.windowsFirewall() ? firewall(directory.resolve("firewall")) : null,
                wanted.pickup() ? pickup(wanted, directory.resolve("pickup")) : null,
                wanted.outlookGuard() ? outlookGuard(directory.resolve("outlook-guard")) : null);
    }

    /**
     * Firewall, folder and guard are those of this machine, whatever server they are said to be of.
     */
    static void requireLocal(String server, ExchangeServerSettings wanted, String machine)
            throws IOException {
        boolean isLocal = wanted.windowsFirewall() || wanted.pickup() || wanted.outlookGuard();
        if (isLocal && !wanted.exchangeName().equalsIgnoreCase(machine)) {
            throw new IOException(
                    "server '"
                            + server
                            + "': windowsFirewall, pickup and outlookGuard are kept on the server"
                            + " itself ("
                            + wanted.exchangeName()
                            + "); this machine is "
                            + (machine == null ? "not known by name" : machine));
        }
    }

    private FirewallDriver firewall(Path directory) throws IOException {
        return new FirewallDriver(
                shell(directory, List.of(io.postern.agent.firewall.Script.values())),
                directory,
                AgentTime.system());
    }

    private PickupDriver pickup(ExchangeServerSettings wanted, Path directory) throws IOException {
        return new PickupDriver(
                wanted.connect(),
                wanted.exchangeName(),
                shell(directory, List.of(io.postern.agent.pickup.Script.values())),
                directory);
    }

    private OutlookGuardDriver outlookGuard(Path directory) throws IOException {
        return new OutlookGuardDriver(
                shell(directory, List.of(io.postern.agent.outlook.Script.values())));
    }

    private PowerShell shell(Path directory, List<? extends ShellScript> scripts)
            throws IOException {
        DurableFile.makeDirectory(directory);
        return new PowerShell(
                powerShell, directory.resolve("scripts"), settings.scriptTimeout(), scripts);
    }

    private Driver openSimulated(String server, Path directory, PrintWriter out)
            throws IOException {
        String domain = acceptedDomains.get(0);
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        writeToken(directory.resolve("simulation-token"), token);
        List<ReceiveConnector> fresh =
                DefaultConnectors.ofFreshServer(server, domain).stream()
                        .map(this::withTarpit)
                        .toList();
        SimulatedServerSettings settings =
                SimulatedServerSettings.of(
                        server,
                        server + "." + domain,
                        acceptedDomains,
                        address(server),
                        token,
                        MAX_SESSIONS,
                        new Binding(Address.parse("192.0.2.25"), 25),
                        Clock.systemUTC());
        SimulatedExchangeDriver opened =
                new SimulatedExchangeDriver(
                        settings,
                        new ConnectorStore(directory.resolve("connectors.json"), fresh),
                        simulateFirewall ? directory.resolve("firewall.json") : null,
                        faultFile);
        opened.offerUnder(loadBalanced());
        AgentCommand.say(
                out,
                server
                        + ": simulated Exchange listening on "
                        + opened.endpoint().getAddress().getHostAddress()
                        + ":"
                        + opened.endpoint().getPort());
        return opened;
    }

    /** Whoever may read this file may name any source to the simulated server. */
    private static void writeToken(Path file, byte[] token) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, HexFormat.of().formatHex(token));
    }

    private ReceiveConnector withTarpit(ReceiveConnector connector) {
        return connector.tarpitMillis() == 0 ? connector : connector.withTarpitMillis(tarpitMillis);
    }

    private InetSocketAddress address(String server) throws IOException {
        String wanted = listen.getOrDefault(server, "127.0.0.1:0");
        try {
            Binding binding = wanted.endsWith(":0") ? null : Binding.parse(wanted);
            String host =
                    binding == null
                            ? wanted.substring(0, wanted.length() - 2)
                            : binding.address().toString();
            InetAddress local = InetAddress.getByName(Address.parse(host).toString());
            if (!local.isLoopbackAddress()) {
                throw new IOException("a simulated server listens on loopback only, not " + host);
            }
            return new InetSocketAddress(local, binding == null ? 0 : binding.port());
        } catch (IllegalArgumentException e) {
            throw new IOException("--listen " + server + "=" + wanted + ": " + e.getMessage());
        }
    }
}
