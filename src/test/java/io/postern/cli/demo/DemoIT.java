package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The story itself, as {@code postern demo --exit} tells it. */
class DemoIT {
    private static int run(StringWriter out, StringWriter err, String... arguments) {
        CommandLine line = new CommandLine(new DemoCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
    }

    @Test
    void everyStepPassesAndNoProcessIsLeft() {
        List<ProcessHandle> before = children();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit = run(out, err, "--exit");

        assertEquals(0, exit, out + "\n" + err);
        assertTrue(out.toString().contains("story: 19 steps, 19 passed"), out.toString());
        List<ProcessHandle> left = new java.util.ArrayList<>(children());
        left.removeAll(before);
        assertEquals(List.of(), left);
    }

    @Test
    void aUsersOwnPolicyIsRolledOutAndProbed(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("own.yaml");
        Files.writeString(
                file,
                """
                version: 1
                acceptedDomains: [fabrikam.example]
                servers:
                  - {name: mail1, addresses: [172.16.5.10, 'fd00:5::10'], ring: lab, enforcement: [exchange]}
                grants:
                  - {key: hall, from: {addresses: [172.16.8.0/24, 'fd00:8::/64'], except: [172.16.8.7]},
                     tier: internal, owner: hall, reason: machines, expires: 2028-01-01}
                  - {key: shop, from: {addresses: [172.16.9.9]}, tier: relay, owner: shop, reason: orders,
                     expires: 2028-01-01}
                """);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit = run(out, err, "--exit", "--policy", file.toString());

        assertEquals(0, exit, out + "\n" + err);
        assertTrue(out.toString().contains("may relay through mail1"), out.toString());
    }

    @Test
    void aBadPolicyFileIsRefusedWithEveryPlace(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("bad.yaml");
        Files.writeString(file, "version: 1\nservers: [{name: a, ports: [587]}]\ngrant: []\n");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        assertEquals(2, run(out, err, "--exit", "--policy", file.toString()));

        assertTrue(err.toString().contains(file + ":2:"), err.toString());
        assertTrue(err.toString().contains(file + ":3:"), err.toString());
    }
}
