package io.postern.cli;

import io.postern.policy.Address;
import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOptions;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.RelayTrick;
import io.postern.smtp.TestMessage;
import io.postern.smtp.netty.ProbeCancellation;
import io.postern.smtp.netty.ProbeEngine;
import io.postern.smtp.netty.ProbeRequest;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern probe}: is this server open to me, and how far? */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = "Asks an SMTP server how far it lets this machine go; delivers nothing.",
        footer = {
            "",
            "Every address of HOST is asked: banner, EHLO, MAIL, RCPT for an own and for a foreign"
                    + " recipient, RSET, QUIT. Without --internal only the foreign one is asked for.",
            "Exit code: 0 = every address lets mail in, at least for its own domains; 1 = an address"
                    + " takes none, or --negative finds one open to a trick; 3 = of an address it"
                    + " cannot be told; 2 = bad input. 1 goes before 3."
        })
final class ProbeCommand extends PolicyVerb {
    private static final int CANNOT_TELL = 3;
    private static final int SOURCE_PORT = 40_000;
    private static final DateTimeFormatter RFC_5322 =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", java.util.Locale.ENGLISH);

    @Parameters(
            index = "0",
            paramLabel = "HOST[:PORT]",
            description =
                    "Name or address, an IPv6 one with a port in brackets; port 25 if left out.")
    private String host;

    @Option(
            names = "--source",
            paramLabel = "IP",
            description =
                    "An address of this machine to ask from; the system's choice if left out.")
    private String source;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "Sender; the null sender <> if left out.")
    private String from;

    @Option(
            names = "--internal",
            paramLabel = "ADDRESS",
            description = "A recipient in a domain the server takes mail for.")
    private String internal;

    @Option(
            names = "--external",
            paramLabel = "ADDRESS",
            defaultValue = "postern-probe@example.com",
            description = "A recipient in a foreign domain; ${DEFAULT-VALUE} if left out.")
    private String external;

    @Option(
            names = "--ehlo",
            paramLabel = "NAME",
            defaultValue = "postern-probe.invalid",
            description = "The name to say in EHLO; ${DEFAULT-VALUE} if left out.")
    private String ehlo;

    @Option(
            names = "--starttls",
            description = "Go on over TLS; the certificate is shown, not verified.")
    private boolean startTls;

    @Option(
            names = "--pipelining",
            description = "Send MAIL and RCPT in one piece where the server offers PIPELINING.")
    private boolean pipelining;

    @Option(
            names = "--negative",
            description =
                    "Then try the known relay tricks of address syntax, a session each; needs"
                            + " --internal.")
    private boolean negative;

    @Option(
            names = "--proxy",
            paramLabel = "IP",
            description =
                    "Send a PROXY version 2 header that names this client: for a backend that"
                            + " expects one.")
    private String proxy;

    @Option(
            names = "--message",
            paramLabel = "ADDRESS",
            description = "Then deliver one marked test message to this mailbox.")
    private String message;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For the connection; ${DEFAULT-VALUE} if left out.")
    private int timeout;

    @Option(
            names = "--tarpit",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "The server's tarpit: a reply is waited for 10 seconds longer, at least 20;"
                            + " ${DEFAULT-VALUE} if left out.")
    private int tarpit;

    @Option(names = "--ipv4", description = "Only IPv4 addresses of HOST.")
    private boolean ipv4;

    @Option(names = "--ipv6", description = "Only IPv6 addresses of HOST.")
    private boolean ipv6;

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    @Override
    int run(PrintWriter out) {
        ProbeArguments read = new ProbeArguments();
        ProbeArguments.Endpoint endpoint = read.endpoint(host);
        InetAddress local = read.address("--source", source);
        InetAddress client = read.address("--proxy", proxy);
        read.seconds("--timeout", timeout, 1, 300);
        read.seconds("--tarpit", tarpit, 0, 300);
        read.mail("--from", from, true);
        read.mail("--internal", internal, false);
        read.mail("--external", external, false);
        read.mail("--message", message, false);
        read.name("--ehlo", ehlo);
        read.require(!(ipv4 && ipv6), "--ipv4: not together with --ipv6");
        read.require(!negative || internal != null, "--negative: needs --internal");
        read.end();
        List<InetSocketAddress> targets = targets(endpoint, local, client);
        ProbeSettings settings = new ProbeSettings(ehlo, from, internal, external);
        String marker = UUID.randomUUID().toString();
        List<ProbeAnswer> answers = ask(targets, local, client, settings, marker);
        if (json) {
            ProbeJson.print(endpoint.host(), answers, marker, out);
        } else {
            ProbeText.print(answers, marker, out);
        }
        return exit(answers);
    }

    private List<InetSocketAddress> targets(
            ProbeArguments.Endpoint endpoint, InetAddress local, InetAddress client) {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw new BadInputException("HOST: '" + endpoint.host() + "' has no address");
        }
        List<InetSocketAddress> targets =
                Arrays.stream(all)
                        .distinct()
                        .filter(one -> one instanceof Inet4Address ? !ipv6 : !ipv4)
                        .filter(one -> isSameFamily(one, local) && isSameFamily(one, client))
                        .map(one -> new InetSocketAddress(one, endpoint.port()))
                        .toList();
        if (targets.isEmpty()) {
            throw new BadInputException(
                    "HOST: '"
                            + endpoint.host()
                            + "' has no address of the family that was asked for (it has "
                            + String.join(
                                    ", ",
                                    Arrays.stream(all).map(InetAddress::getHostAddress).toList())
                            + ")");
        }
        return targets;
    }

    private static boolean isSameFamily(InetAddress one, InetAddress other) {
        return other == null || one.getAddress().length == other.getAddress().length;
    }

    private List<ProbeAnswer> ask(
            List<InetSocketAddress> targets,
            InetAddress local,
            InetAddress client,
            ProbeSettings settings,
            String marker) {
        try (ProbeEngine engine = new ProbeEngine();
                Progress progress = Progress.of("Probing")) {
            Asking asking = new Asking(engine, local, client, settings, marker);
            List<CompletableFuture<ProbeAnswer>> all = targets.stream().map(asking::begin).toList();
            int steps = targets.size() * asking.dialogues();
            while (!CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).isDone()) {
                progress.accept((double) asking.ended.get() / steps);
                pause(all);
            }
            return all.stream().map(CompletableFuture::join).toList();
        }
    }

    /** Until all have ended or it is time to show how far it is. */
    private static void pause(List<CompletableFuture<ProbeAnswer>> all) {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(200, java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            return;
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the probe was interrupted", e);
        }
    }

    /** The dialogues of one run; those of one address one after another. */
    private final class Asking {
        final AtomicInteger ended = new AtomicInteger();
        private final ProbeEngine engine;
        private final InetAddress local;
        private final InetAddress client;
        private final ProbeSettings settings;
        private final String marker;
        private final ProbeOptions options = new ProbeOptions(startTls, pipelining, null, null);
        private final ProbeCancellation never = new ProbeCancellation();

        Asking(
                ProbeEngine engine,
                InetAddress local,
                InetAddress client,
                ProbeSettings settings,
                String marker) {
            this.engine = engine;
            this.local = local;
            this.client = client;
            this.settings = settings;
            this.marker = marker;
        }

        int dialogues() {
            return 1 + (message == null ? 0 : 1) + (negative ? RelayTrick.ALL.size() : 0);
        }

        CompletableFuture<ProbeAnswer> begin(InetSocketAddress target) {
            CompletableFuture<ProbeOutcome> plain = dialogue(target, settings, options);
            CompletableFuture<ProbeOutcome> sent =
                    message == null
                            ? CompletableFuture.completedFuture(null)
                            : plain.thenCompose(
                                    done -> dialogue(target, settings, options.sending(test())));
            CompletableFuture<List<ProbeAnswer.Tried>> tried =
                    sent.thenApply(done -> new ArrayList<>());
            if (negative) {
                for (RelayTrick trick : RelayTrick.ALL) {
                    tried = tried.thenCompose(list -> attempt(target, trick, list));
                }
            }
            return tried.thenApply(
                    list ->
                            new ProbeAnswer(
                                    target,
                                    client != null ? client.getHostAddress() : sourceText(target),
                                    internal == null ? null : domain(internal),
                                    plain.join(),
                                    sent.join(),
                                    list));
        }

        /** One session a trick: an accepted recipient must not mix with the next one. */
        private CompletableFuture<List<ProbeAnswer.Tried>> attempt(
                InetSocketAddress target, RelayTrick trick, List<ProbeAnswer.Tried> list) {
            String argument = trick.argument(domain(internal), external);
            ProbeSettings alone = new ProbeSettings(ehlo, from, null, external);
            return dialogue(target, alone, options.asking(argument))
                    .thenApply(
                            outcome -> {
                                list.add(new ProbeAnswer.Tried(trick, argument, outcome));
                                return list;
                            });
        }

        private TestMessage test() {
            return new TestMessage(
                    message,
                    marker,
                    RFC_5322.format(ZonedDateTime.now(ZoneOffset.UTC)),
                    List.of("A test of what this server accepts. It needs no answer."));
        }

        private CompletableFuture<ProbeOutcome> dialogue(
                InetSocketAddress target, ProbeSettings asked, ProbeOptions how) {
            ProbeSource as =
                    client == null
                            ? new ProbeSource.Real(local)
                            : new ProbeSource.Proxied(
                                    Address.parse(client.getHostAddress()),
                                    SOURCE_PORT,
                                    Address.parse(target.getAddress().getHostAddress()),
                                    target.getPort());
            return engine.start(new ProbeRequest(target, as, asked, timeouts(), how), never)
                    .whenComplete((outcome, failure) -> ended.incrementAndGet());
        }

        private ProbeTimeouts timeouts() {
            return ProbeTimeouts.forTarpit(Duration.ofSeconds(tarpit))
                    .withConnect(Duration.ofSeconds(timeout));
        }

        private String sourceText(InetSocketAddress target) {
            if (local != null) {
                return local.getHostAddress();
            }
            return ProbeLocalChoice.towards(target)
                    .map(InetAddress::getHostAddress)
                    .orElse("this machine");
        }
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** What is known to be closed goes before what cannot be told. */
    private static int exit(List<ProbeAnswer> answers) {
        boolean isRefused =
                answers.stream()
                        .anyMatch(
                                one ->
                                        one.tier().level() == Level.NONE
                                                || one.count(RelayTrick.Result.RELAYS) > 0);
        boolean isUnknown = answers.stream().anyMatch(one -> one.tier().level() == Level.UNKNOWN);
        return isRefused ? 1 : isUnknown ? CANNOT_TELL : 0;
    }
}
