package io.postern.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A client, a gateway and a server in network namespaces of their own, both families, or the server
 * alone. Needs root.
 */
final class Network implements AutoCloseable {
    static final Path NFT = Path.of("/usr/sbin/nft");

    /** The server's addresses. */
    static final String SERVER4 = "10.99.2.2";

    static final String SERVER6 = "fd99:2::2";

    /** The client's: one that tests let in, and one that they do not. */
    static final String GOOD4 = "10.99.1.2";

    static final String BAD4 = "10.99.1.3";
    static final String GOOD6 = "fd99:1::2";
    static final String BAD6 = "fd99:1::3";

    private static int made;

    private final String prefix = "nft-t" + ProcessHandle.current().pid() + "-" + made++;
    private final List<String> namespaces = new ArrayList<>();
    private final Map<String, Process> peers = new HashMap<>();
    private final Map<String, BufferedReader> answers = new HashMap<>();

    /** Skips the test where it cannot run. */
    static void assumePossible() {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "needs root: network namespaces are made");
        Assumptions.assumeTrue(Files.isExecutable(NFT), "needs nft at " + NFT);
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/ip"))
                        || Files.isExecutable(Path.of("/sbin/ip")),
                "needs the program ip (iproute2)");
        Assumptions.assumeTrue(namespacesWork(), "needs network namespaces and nf_tables");
    }

    private static boolean namespacesWork() {
        String name = "nft-try" + ProcessHandle.current().pid();
        try {
            boolean works =
                    run("ip", "netns", "add", name).equals("0")
                            && run("ip", "netns", "exec", name, NFT.toString(), "list", "ruleset")
                                    .equals("0");
            run("ip", "netns", "del", name);
            return works;
        } catch (IOException e) {
            return false;
        }
    }

    /** One namespace with nothing in it. */
    static Network lone() throws IOException {
        Network network = new Network();
        network.namespace("server");
        return network;
    }

    /** Client, gateway and server, wired. */
    static Network wired() throws IOException {
        Network network = new Network();
        for (String name : List.of("client", "gateway", "server")) {
            network.namespace(name);
        }
        network.wire("client", "c0", "gateway", "g0");
        network.wire("server", "s0", "gateway", "g1");
        network.address("client", "c0", GOOD4 + "/24", BAD4 + "/24", GOOD6 + "/64", BAD6 + "/64");
        network.address("gateway", "g0", "10.99.1.1/24", "fd99:1::1/64");
        network.address("gateway", "g1", "10.99.2.1/24", "fd99:2::1/64");
        network.address("server", "s0", SERVER4 + "/24", SERVER6 + "/64");
        for (String key : List.of("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")) {
            network.in("gateway", "sysctl", "-qw", key);
        }
        network.route("client", "10.99.1.1", "fd99:1::1");
        network.route("server", "10.99.2.1", "fd99:2::1");
        return network;
    }

    private void namespace(String name) throws IOException {
        namespaces.add(name);
        must("ip", "netns", "add", of(name));
        in(name, "ip", "link", "set", "lo", "up");
    }

    private String of(String name) {
        return prefix + "-" + name;
    }

    private void wire(String one, String at, String other, String there) throws IOException {
        must(
                "ip", "link", "add", at, "netns", of(one), "type", "veth", "peer", "name", there,
                "netns", of(other));
        in(one, "ip", "link", "set", at, "up");
        in(other, "ip", "link", "set", there, "up");
    }

    private void address(String name, String link, String... addresses) throws IOException {
        for (String address : addresses) {
            if (address.contains(":")) {
                in(name, "ip", "addr", "add", address, "dev", link, "nodad");
            } else {
                in(name, "ip", "addr", "add", address, "dev", link);
            }
        }
    }

    private void route(String name, String via4, String via6) throws IOException {
        in(name, "ip", "route", "add", "default", "via", via4);
        in(name, "ip", "-6", "route", "add", "default", "via", via6);
    }

    /** Runs a program in a namespace, which must succeed. */
    void in(String name, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", of(name)));
        all.addAll(List.of(command));
        must(all.toArray(String[]::new));
    }

    /** Loads rules by nft. */
    void rules(String name, String rules) throws IOException {
        Path file = Files.createTempFile("rules", ".nft");
        try {
            Files.writeString(file, rules);
            in(name, NFT.toString(), "-f", file.toString());
        } finally {
            Files.delete(file);
        }
    }

    /** A program that is nft in a namespace. */
    Path nft(String name, Path directory) throws IOException {
        Path script = directory.resolve("nft-" + name);
        Files.writeString(
                script,
                "#!/bin/sh\nexec "
                        + (Files.isExecutable(Path.of("/usr/sbin/ip"))
                                ? "/usr/sbin/ip"
                                : "/sbin/ip")
                        + " netns exec "
                        + of(name)
                        + " "
                        + NFT
                        + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    /** What the peer of a namespace answers. */
    String ask(String name, String command) throws IOException {
        if (!peers.containsKey(name)) {
            Process peer =
                    new ProcessBuilder(
                                    "ip",
                                    "netns",
                                    "exec",
                                    of(name),
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx64m",
                                    "-cp",
                                    classes(),
                                    NetworkPeer.class.getName())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            peers.put(name, peer);
            answers.put(
                    name,
                    new BufferedReader(
                            new InputStreamReader(
                                    peer.getInputStream(), StandardCharsets.US_ASCII)));
        }
        OutputStream out = peers.get(name).getOutputStream();
        out.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return answers.get(name).readLine();
    }

    private static String classes() {
        return Path.of(
                        NetworkPeer.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                .toString();
    }

    private static void must(String... command) throws IOException {
        assertEquals("0", run(command), String.join(" ", command));
    }

    /** Its exit code, or what it complained about. */
    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "did not end";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
        return process.exitValue() == 0 ? "0" : process.exitValue() + ": " + said;
    }

    @Override
    public void close() throws IOException {
        for (Process peer : peers.values()) {
            peer.destroyForcibly();
        }
        for (String name : namespaces) {
            run("ip", "netns", "del", of(name));
        }
    }
}
