package io.postern.cli;

import static io.postern.smtp.netty.RawServer.converse;
import static io.postern.smtp.netty.RawServer.hold;
import static io.postern.smtp.netty.RawServer.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.simulated.SimulatedExchange;
import io.postern.agent.simulated.SimulatedServerSettings;
import io.postern.cli.network.CommandResult;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.LabJava;
import io.postern.cli.network.LabPostfix;
import io.postern.cli.network.NetworkLab;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.policy.AddressRange;
import io.postern.smtp.RelayTrick;
import io.postern.smtp.netty.RawServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code postern probe} against servers that are simulated, real, gone and hostile. */
@Timeout(180)
class ProbeCommandTest {
    private static final String INTERNAL = "--internal=it@own.example";
    private static final String RELAY_REFUSED =
            "RCPT TO:<postern-probe@=550 5.7.54 SMTP; Unable to relay\r\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("probe"));
        all.addAll(List.of(arguments));
        return new CommandLine(new Postern())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private static String at(RawServer server) {
        return "127.0.0.1:" + server.target().getPort();
    }

    private String lastLine() {
        return out.toString().lines().reduce("", (before, line) -> line);
    }

    static Stream<Arguments> servers() {
        return Stream.of(
                arguments(
                        "takes own mail only",
                        0,
                        "From 127.0.0.1 this server takes mail for own.example and refuses to relay.",
                        behaviour(
                                socket -> {
                                    say(socket, "220 mx\r\n");
                                    converse(socket, RELAY_REFUSED);
                                })),
                arguments(
                        "relays",
                        0,
                        "From 127.0.0.1 this server relays: it takes mail for any recipient.",
                        behaviour(
                                socket -> {
                                    say(socket, "220 mx\r\n");
                                    converse(socket);
                                })),
                arguments(
                        "takes nothing",
                        1,
                        "From 127.0.0.1 this server takes no mail: refused at MAIL.",
                        behaviour(
                                socket -> {
                                    say(socket, "220 mx\r\n");
                                    converse(socket, "MAIL=530 5.7.57 SMTP; Client was not\r\n");
                                })),
                arguments(
                        "is busy",
                        3,
                        "From 127.0.0.1 it cannot be told how far this server goes: a 4xx reply is"
                                + " no policy verdict.",
                        behaviour(socket -> say(socket, "421 4.3.2 Service not available\r\n"))),
                arguments(
                        "says nonsense",
                        3,
                        "From 127.0.0.1 it cannot be told how far this server goes: the answer is"
                                + " not what SMTP asks for.",
                        behaviour(socket -> say(socket, "HTTP/1.1 400 \u001b[2J\r\n\r\n"))));
    }

    private static RawServer.Behaviour behaviour(RawServer.Behaviour behaviour) {
        return behaviour;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void saysInOneSentenceHowFarItGoes(
            String name, int exit, String sentence, RawServer.Behaviour behaviour)
            throws IOException {
        try (RawServer server = new RawServer(behaviour)) {
            assertEquals(exit, run(at(server), INTERNAL), out.toString());
            assertEquals(sentence, lastLine());
            assertTrue(out.toString().startsWith("127.0.0.1 port "), out.toString());
            assertTrue(out.toString().contains(", IPv4"), out.toString());
        }
    }

    @Test
    void withoutAnOwnRecipientItSaysWhatWasNotAsked() throws IOException {
        try (RawServer server =
                new RawServer(
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(socket, RELAY_REFUSED);
                        })) {
            assertEquals(3, run(at(server)));
            assertEquals(
                    "From 127.0.0.1 this server refuses to relay; whether it takes mail for its"
                            + " own domains was not asked (--internal).",
                    lastLine());
        }
    }

    @Test
    void aListenerThatNeverAnswersCannotBeTold() throws IOException {
        try (RawServer silent = new RawServer(socket -> hold(socket))) {
            // The listener accepts and says nothing: what ends it is the wait for a reply.
            assertEquals(3, run(at(silent), INTERNAL, "--tarpit=0"), out.toString());
            assertTrue(lastLine().endsWith("connected, then silence."), lastLine());
        }
    }

    @Test
    void aClosedPortCannotBeTold() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        assertEquals(3, run("127.0.0.1:" + port, INTERNAL));
        assertTrue(lastLine().contains("the connection was refused"), lastLine());
    }

    @Test
    void jsonIsOneDocumentWithTheTranscript() throws IOException {
        try (RawServer server =
                new RawServer(
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(socket, RELAY_REFUSED);
                        })) {
            assertEquals(0, run(at(server), INTERNAL, "--json"));
            JsonNode document = new ObjectMapper().readTree(out.toString());
            assertEquals("127.0.0.1", document.get("host").asText());
            JsonNode answer = document.get("answers").get(0);
            assertEquals("internal", answer.get("observed").asText());
            assertEquals("REFUSED_AT_RCPT_FOREIGN", answer.get("kind").asText());
            assertEquals("rcpt-foreign", answer.get("stage").asText());
            assertEquals("IPv4", answer.get("family").asText());
            assertEquals(550, answer.get("replyCode").asInt());
            assertTrue(answer.get("transcript").size() > 10);
        }
    }

    @Test
    void aServerThatAcceptsATrickIsSaidToBeOpenToIt() throws IOException {
        try (RawServer server =
                new RawServer(
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(
                                    socket,
                                    "RCPT=550 5.7.54 SMTP; Unable to relay\r\n",
                                    "RCPT TO:<it@own=250 ok\r\n",
                                    "RCPT TO:<@own.example:postern-probe@=250 ok\r\n",
                                    "RCPT TO:<postern-probe%example.com@own=250 ok\r\n");
                        })) {
            assertEquals(1, run(at(server), INTERNAL, "--negative"), out.toString());
            assertTrue(out.toString().contains("relays    source route "), out.toString());
            assertTrue(out.toString().contains("may-relay percent hack "), out.toString());
            assertEquals(
                    RelayTrick.ALL.size()
                            + " tricks of address syntax: "
                            + (RelayTrick.ALL.size() - 2)
                            + " refused, 1 accepted for a foreign domain (open to them), 1 accepted"
                            + " at the own domain (it may relay; without a message it cannot be"
                            + " told).",
                    lastLine());
        }
    }

    @Test
    void theSimulatedServerRefusesEveryTrick() throws IOException {
        try (SimulatedExchange exchange = simulated()) {
            exchange.start();
            assertEquals(
                    0, run("127.0.0.1:" + exchange.port(), INTERNAL, "--negative"), out.toString());
            assertEquals(
                    RelayTrick.ALL.size()
                            + " tricks of address syntax: "
                            + RelayTrick.ALL.size()
                            + " refused.",
                    lastLine());
            assertTrue(out.toString().contains("takes mail for own.example and refuses to relay."));
            assertEquals(0, exchange.acceptedMessages());
        }
    }

    private static SimulatedExchange simulated() throws IOException {
        SimulatedServerSettings usual =
                SimulatedServerSettings.of(
                        "EX01",
                        "ex01.own.example",
                        List.of("own.example"),
                        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                        new byte[16],
                        20,
                        Binding.parse("10.20.0.11:25"),
                        Clock.systemUTC());
        ReceiveConnector open =
                new ReceiveConnector(
                        "internal",
                        false,
                        true,
                        TransportRole.FRONTEND_TRANSPORT,
                        List.of(Binding.parse("0.0.0.0:25")),
                        List.of(AddressRange.parse("0.0.0.0/0")),
                        Set.of(PermissionGroup.ANONYMOUS_USERS),
                        Set.of(AuthMechanism.TLS),
                        false,
                        "ex01.own.example",
                        "",
                        0,
                        true);
        return new SimulatedExchange(usual, List.of(open));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b|HOST: 'a b' is no host name or address",
                "127.0.0.1:0|HOST: port 0 is not in 1 to 65535",
                "127.0.0.1 --source=mx|--source: 'mx' is not",
                "127.0.0.1 --from=nobody|--from: 'nobody' is not a plain mail address",
                "127.0.0.1 --internal=<a@b.example>|--internal: '<a@b.example>' is not a plain",
                "127.0.0.1 --external=a@b@c|--external: 'a@b@c' is not a plain mail address",
                "127.0.0.1 --timeout=0|--timeout: 0 is not in 1 to 300 seconds",
                "127.0.0.1 --tarpit=301|--tarpit: 301 is not in 0 to 300 seconds",
                "127.0.0.1 --ipv4 --ipv6|--ipv4: not together with --ipv6",
                "127.0.0.1 --negative|--negative: needs --internal",
                "127.0.0.1 --ehlo=-x|--ehlo: '-x' is no host name",
                "127.0.0.1 --ipv6|HOST: '127.0.0.1' has no address of the family",
                "127.0.0.1 --source=::1|HOST: '127.0.0.1' has no address of the family",
            })
    void badInputNamesTheArgument(String line, String fault) {
        String[] arguments = line.equals("a b") ? new String[] {line} : line.split(" ");
        assertEquals(2, run(arguments));
        assertEquals("", out.toString());
        assertTrue(err.toString().startsWith(fault), err.toString());
    }

    /** A port that drops, and a real Postfix, in network namespaces of their own. */
    @Test
    void inANetworkADropCannotBeToldAndAPostfixRefusesTheTricks() throws IOException {
        Optional<String> missing = NetworkLab.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
        try (NetworkLab lab = NetworkLab.start();
                LabPostfix postfix =
                        LabPostfix.start(lab, LabHost.MX1, LabPostfix.Settings.of("own.example"))) {
            CommandResult open =
                    probe(lab, LabHost.MX1.ipv4(), INTERNAL, "--negative", "--from=a@own.example");
            String tricks = RelayTrick.ALL.size() + " tricks of address syntax: ";
            assertTrue(
                    open.output().contains("takes mail for own.example and refuses to relay."),
                    open.output());
            assertTrue(
                    open.output().contains(tricks) && !open.output().contains("open to them"),
                    open.output());
            assertEquals(0, open.exit(), open.output());
            aMarkedMessageIsTracedBack(lab, postfix);
            CommandResult rules =
                    lab.run(
                            LabHost.MX2,
                            List.of("nft", "-f", "-"),
                            """
                            table inet t {
                                chain c {
                                    type filter hook input priority 0
                                    tcp dport 25 drop
                                }
                            }
                            """,
                            Duration.ofSeconds(20));
            assertEquals(0, rules.exit(), rules.output());
            CommandResult dropped = probe(lab, LabHost.MX2.ipv6(), INTERNAL, "--timeout=2");
            assertEquals(3, dropped.exit(), dropped.output());
            assertTrue(
                    dropped.output().contains("nothing answered the connection attempt"),
                    dropped.output());
            assertTrue(dropped.output().contains("port 25, IPv6"), dropped.output());
        }
    }

    /** What the real Postfix writes into its queue is what a mailbox would hold. */
    private void aMarkedMessageIsTracedBack(NetworkLab lab, LabPostfix postfix) throws IOException {
        String config = postfix.configDirectory().toString();
        Duration patience = Duration.ofSeconds(20);
        lab.run(
                        LabHost.MX1,
                        List.of(
                                "postconf",
                                "-c",
                                config,
                                "smtpd_data_restrictions=check_client_access static:HOLD"),
                        patience)
                .okay("holding messages");
        postfix.reload();
        CommandResult sent = probe(lab, LabHost.MX1.ipv4(), INTERNAL, "--message=sink@own.example");
        Matcher marker = Pattern.compile("X-Postern-Probe: ([0-9a-f-]+)").matcher(sent.output());
        assertTrue(marker.find(), sent.output());
        Path queue = postfix.configDirectory().resolveSibling("queue/hold");
        String id;
        try (Stream<Path> held = Files.list(queue)) {
            id = held.findFirst().orElseThrow().getFileName().toString();
        }
        String header =
                lab.run(LabHost.MX1, List.of("postcat", "-c", config, "-hq", id), patience)
                        .okay("reading the message");
        Path file = Files.writeString(lab.directory().resolve("held.eml"), header);
        assertEquals(
                0,
                new CommandLine(new TraceCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(file.toString(), "--server=mx1", "--marker=" + marker.group(1)),
                err + header);
        assertTrue(
                out.toString().contains(LabHost.CLIENT1.ipv4() + " handed it to mx1.own.example"),
                out + header);
    }

    private static CommandResult probe(NetworkLab lab, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("probe"));
        all.addAll(List.of(arguments));
        return lab.run(LabHost.CLIENT1, LabJava.command(Postern.class, all), Duration.ofMinutes(2));
    }
}
