package io.postern.agent;

import io.postern.agent.nftables.NftablesDriver;
import io.postern.agent.postfix.PostfixDriver;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerLayers;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The part of an agent that keeps a server, as a process that kills itself with {@code kill -9} at
 * a stated point: before or after a step, or after a read. Run by a test on a host of a lab.
 *
 * <p>Arguments: its directory, Postfix's configuration directory, a policy file with the server
 * mx1, the serial of the publication (0 = only put right what a kill left), and the point to die at
 * (0 = none). Prints the digest of what is held at the end.
 */
public final class DyingAgent {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private DyingAgent() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        Policy policy = PolicyDocument.parse(Files.readString(Path.of(arguments[2]))).policy();
        long serial = Long.parseLong(arguments[3]);
        Points points =
                new Points(
                        new NftablesDriver(
                                "mx1",
                                List.of(25),
                                NftablesHook.INPUT,
                                Path.of("/usr/sbin/nft"),
                                TIMEOUT,
                                directory),
                        new PostfixDriver(
                                "mx1",
                                Path.of(arguments[1]),
                                null,
                                Path.of("/usr/sbin/postconf"),
                                Path.of("/usr/sbin/postmap"),
                                Path.of("/usr/sbin/postfix"),
                                TIMEOUT,
                                directory));
        Driver driver = new LinuxDriver(points.nftables(), points.postfix());
        ServerKeeper keeper =
                new ServerKeeper("mx1", driver, directory, AgentTime.system(), System.out::println);
        if (serial > 0) {
            CompiledServer compiled =
                    ServerCompiler.compile(
                            policy,
                            policy.server("mx1").orElseThrow(),
                            serial,
                            new EnforcementPoints(driver).read(),
                            Instant.now());
            points.dieAt = Integer.parseInt(arguments[4]);
            keeper.take(publication(compiled.desired(), serial));
            points.dieAt = 0;
        }
        System.out.println("state " + keeper.state());
        System.out.println("held " + held(new EnforcementPoints(driver).read()));
    }

    private static DesiredPublication publication(DesiredState desired, long serial) {
        long now = Instant.now().getEpochSecond();
        return new DesiredPublication(
                "test",
                "mx1",
                serial,
                serial,
                desired.kind(),
                desired.digest(),
                List.of(),
                desired.layers(),
                null,
                true,
                now,
                now + 3600);
    }

    /** Of both layers, whatever they hold. */
    private static String held(ObservedServer read) {
        ServerLayers both =
                new ServerLayers(
                        null, null, null, null, read.nftables().held(), read.postfix().held());
        return DesiredState.digestOf(List.of(), both)
                + " "
                + (read.nftables().held().isAbsent() ? "open" : "closed")
                + " "
                + (read.postfix().held().isKept() ? "kept" : "as-found")
                + " "
                + (read.nftables().deviations().isEmpty() && read.postfix().deviations().isEmpty()
                        ? "clean"
                        : "odd");
    }

    /** Counts the points, and dies at one of them. */
    private static final class Points {
        private final NftablesPoint realNftables;
        private final PostfixPoint realPostfix;
        private int dieAt;
        private int passed;

        Points(NftablesPoint nftables, PostfixPoint postfix) {
            this.realNftables = nftables;
            this.realPostfix = postfix;
        }

        private void point() throws IOException {
            if (dieAt > 0 && ++passed == dieAt) {
                new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
                        .start();
                try {
                    TimeUnit.MINUTES.sleep(1);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("it was not killed");
            }
        }

        NftablesPoint nftables() {
            return new NftablesPoint() {
                @Override
                public ObservedNftables read() throws IOException {
                    ObservedNftables read = realNftables.read();
                    point();
                    return read;
                }

                @Override
                public void execute(NftablesStep step) throws IOException {
                    point();
                    realNftables.execute(step);
                    point();
                }
            };
        }

        PostfixPoint postfix() {
            return new PostfixPoint() {
                @Override
                public ObservedPostfix read() throws IOException {
                    ObservedPostfix read = realPostfix.read();
                    point();
                    return read;
                }

                @Override
                public void execute(PostfixStep step) throws IOException {
                    point();
                    realPostfix.execute(step);
                    point();
                }
            };
        }
    }
}
