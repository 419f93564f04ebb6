package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.packaging.Programs.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts of the package, with fakes of what they call and other directories than the real
 * ones.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "scripts of a Debian package")
class PackageScriptsTest {
    private static final String OURS = "echo table inet postern_mx1";
    private static final String OTHERS = "echo table inet filter";
    private static final String FAILS = "exit 1";

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"control/postinst", "control/prerm", "control/postrm", "sbin/postern-agent"})
    void isWellFormedAndStopsAtTheFirstFailure(String script) throws Exception {
        Path file = Path.of("src/deb", script);
        assertEquals(new Ran(0, ""), Programs.run("sh", "-n", file.toString()));
        String text = Files.readString(file);
        assertTrue(text.startsWith("#!/bin/sh\n"), script);
        assertTrue(text.contains("\nset -e\n") || text.contains("\nset -u\n"), script);
        assertFalse(text.contains("[["), "the packager would take this for a variable");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nothing stands, true, " + OTHERS + ", , false, ",
        "a table stands, true, " + OURS + ", , true, table inet postern_mx1 of nftables",
        "nft fails, true, " + FAILS + ", , true, nobody can tell",
        "nft is missing, true, , , true, nobody can tell",
        "Postfix asks our tables, true, "
                + OTHERS
                + ", cidr:/etc/postfix/postern/relay.cidr, true, main.cf",
        "Postfix asks tables of others, true, " + OTHERS + ", cidr:/etc/postfix/nets, false, ",
        "it never kept a server, false, " + FAILS + ", , false, ",
    })
    void purgeKeepsTheStateWhereAnythingMayStillBeEnforced(
            String name, boolean keptServer, String nft, String postfix, boolean kept, String says)
            throws Exception {
        Path state = Files.createDirectories(directory.resolve("state"));
        Files.writeString(state.resolve("identity.json"), "{}");
        if (keptServer) {
            Files.createDirectories(state.resolve("servers/mx1"));
        }
        if (nft != null) {
            fake("nft", nft);
        }
        if (postfix != null) {
            Files.writeString(
                    directory.resolve("main.cf"),
                    "smtpd_client_restrictions = check_client_access " + postfix + "\n");
        }
        Ran ran = run("control/postrm", "purge");
        assertEquals(0, ran.exitStatus(), ran.output());
        assertEquals(kept, Files.exists(state), ran.output());
        assertTrue(ran.output().contains(says == null ? "" : says), ran.output());
        assertEquals(kept, ran.output().contains("KEPT"), ran.output());
    }

    @Test
    void removalSaysThatTheRulesStay() throws Exception {
        Files.createDirectories(directory.resolve("state/servers"));
        Ran ran = run("control/prerm", "remove");
        assertEquals(0, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains("STAYS IN FORCE"), ran.output());
        assertTrue(Files.exists(directory.resolve("state/servers")));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({
        "enrol, postern-agent, '--reuid=postern-agent --regid=postern-agent --ambient-caps=-all"
                + " --inh-caps=-all --bounding-set=-all',",
        "restore, postern-agent, '--reuid=postern-agent --regid=postern-agent"
                + " --ambient-caps=-all,+net_admin --inh-caps=-all,+net_admin"
                + " --bounding-set=-all,+net_admin', --driver *",
        "restore, root, '--inh-caps=-all --bounding-set=-all,+net_admin,+setuid,+setgid',"
                + " --driver *",
    })
    void aVerbRunsWithTheRightsOfTheServiceAndNoMore(
            String verb, String owner, String rights, String options) throws Exception {
        Path state = Files.createDirectories(directory.resolve("state"));
        Files.writeString(directory.resolve("settings"), "POSTERN_AGENT_OPTIONS='--driver *'\n");
        fake("id", "echo 0");
        fake("stat", "echo " + owner);
        fake("setpriv", "umask; echo \"$*\"");
        Ran ran = run("sbin/postern-agent", verb, "--name", "a b");
        assertEquals(
                "0077\n--no-new-privs --clear-groups "
                        + rights
                        + " -- /usr/bin/postern agent "
                        + verb
                        + " --data "
                        + state
                        + " --name a b"
                        + (options == null ? "" : " " + options)
                        + "\n",
                ran.output());
    }

    @ParameterizedTest
    @CsvSource({
        "run, 0, postern-agent, 'enrol or restore?'",
        "enrol, 1000, postern-agent, only root can take on",
        "enrol, 0, mallory, belongs to mallory",
    })
    void aVerbThatCannotBeRunSoIsRefused(String verb, String user, String owner, String says)
            throws Exception {
        Files.createDirectories(directory.resolve("state"));
        fake("id", "echo " + user);
        fake("stat", "echo " + owner);
        fake("setpriv", "echo ran");
        Ran ran = run("sbin/postern-agent", verb);
        assertEquals(2, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains(says), ran.output());
    }

    private void fake(String program, String body) throws IOException {
        Path file = Files.createDirectories(directory.resolve("bin")).resolve(program);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Runs a copy of a script that looks into the test's directory, not into the system's. */
    private Ran run(String script, String... arguments) throws Exception {
        Path copy = directory.resolve("script");
        Files.writeString(
                copy,
                Files.readString(Path.of("src/deb", script))
                        .replace("/var/lib/postern-agent", directory.resolve("state").toString())
                        .replace("/etc/default/postern-agent", directory + "/settings")
                        .replace("/etc/postfix/main.cf", directory + "/main.cf")
                        .replace("/run/systemd/system", directory + "/no-systemd")
                        .replace("/usr/bin/deb-systemd-helper", directory + "/no-helper")
                        .replace("/usr/lib/postern", directory + "/none"));
        String[] command = new String[arguments.length + 2];
        command[0] = Programs.find("sh").orElseThrow().toString();
        command[1] = copy.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        // Nothing of the system but the everyday tools: no nft, whatever this machine has.
        for (String tool : new String[] {"sed", "grep", "rm", "cat"}) {
            fake(tool, "exec " + Programs.find(tool).orElseThrow() + " \"$@\"");
        }
        return Programs.run(Map.of("PATH", directory.resolve("bin").toString()), command);
    }
}
