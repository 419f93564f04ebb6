package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.packaging.Programs.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the drop-in for Postfix gives what keeping a Postfix needs, and nothing that it does not:
 * with a Postfix of its own in a network of its own.
 */
class PostfixRightsTest {
    private static final List<String> FOR_RELOAD = List.of("CAP_SETUID", "CAP_SETGID");

    @TempDir static Path directory;
    private static String network;
    private static Path configuration;

    @BeforeAll
    static void startPostfix() throws Exception {
        Programs.assumeNetworkNamespaces();
        Programs.assumePrograms("postfix", "postconf", "postmap");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        configuration = Files.createDirectory(directory.resolve("etc"));
        Files.createDirectory(directory.resolve("queue"));
        Path data = Files.createDirectory(directory.resolve("data"));
        well(Programs.run("chown", "postfix", data.toString()));
        Files.writeString(configuration.resolve("master.cf"), master());
        Files.writeString(configuration.resolve("main.cf"), main());
        network = "postern-rights-" + ProcessHandle.current().pid();
        well(Programs.run("ip", "netns", "add", network));
        well(asRoot("ip", "link", "set", "lo", "up"));
        well(asRoot("postfix", "-c", configuration.toString(), "start"));
    }

    private static String master() {
        return """
               2525      inet  n - n - - smtpd
               pickup    unix  n - n 60 1 pickup
               cleanup   unix  n - n - 0 cleanup
               qmgr      unix  n - n 300 1 qmgr
               rewrite   unix  - - n - - trivial-rewrite
               postlog   unix-dgram n - n - 1 postlogd
               """;
    }

    private static String main() throws Exception {
        return """
               compatibility_level = 3.6
               queue_directory = %1$s/queue
               data_directory = %1$s/data
               command_directory = %2$s
               daemon_directory = %3$s
               inet_interfaces = loopback-only
               myhostname = mx1.contoso.example
               alias_maps =
               maillog_file = %1$s/log
               maillog_file_prefixes = %1$s
               """
                .formatted(
                        directory,
                        Programs.find("postfix").orElseThrow().getParent(),
                        well(Programs.run("postconf", "-dh", "daemon_directory")).output().strip());
    }

    @AfterAll
    static void stopPostfix() throws Exception {
        if (network != null) {
            asRoot("postfix", "-c", configuration.toString(), "abort");
            well(Programs.run("ip", "netns", "delete", network));
        }
    }

    @Test
    void theRightsOfTheDropInAreEnough() throws Exception {
        List<String> rights =
                Programs.setting(AgentUnitTest.DROP_IN, "CapabilityBoundingSet").stream()
                        .filter(FOR_RELOAD::contains)
                        .toList();
        String table = configuration.resolve("postern/clients.cidr").toString();
        String before = Files.readString(configuration.resolve("main.cf"));
        well(
                with(
                        rights,
                        "umask 077; mkdir \"$C/postern\" && echo '0.0.0.0/0 REJECT' >\"$C/.t\""
                                + " && mv \"$C/.t\" \"$C/postern/clients.cidr\""));
        String parameter = "smtpd_client_restrictions=check_client_access cidr:" + table;
        well(with(rights, "umask 077; postconf -c \"$C\" -e '" + parameter + "'"));
        assertEquals("rw-r--r--", mode("main.cf"), "others must still be able to read it");
        well(with(rights, "postconf -c \"$C\" -n && postconf -c \"$C\" -M"));
        assertTrue(
                well(with(rights, "postmap -c \"$C\" -q 10.1.2.3 'cidr:" + table + "'"))
                        .output()
                        .contains("REJECT"));
        well(with(rights, "postfix -c \"$C\" status && postfix -c \"$C\" reload"));
        well(with(rights, "postconf -c \"$C\" -X smtpd_client_restrictions"));
        assertEquals(before, Files.readString(configuration.resolve("main.cf")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CAP_SETUID", "CAP_SETGID"})
    void withoutOneOfThemNothingIsReloaded(String missing) throws Exception {
        List<String> rights = FOR_RELOAD.stream().filter(name -> !name.equals(missing)).toList();
        Ran ran = with(rights, "postfix -c \"$C\" reload");
        assertNotEquals(0, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains("Operation not permitted"), ran.output());
    }

    @Test
    void theUserOfTheUnitCannotEvenAskIt() throws Exception {
        List<String> command = setpriv(List.of("CAP_DAC_OVERRIDE", "CAP_KILL"));
        command.addAll(
                List.of("--reuid=65534", "--regid=65534", "--ambient-caps=-all,+dac_override"));
        Ran ran = inNetwork(command, "postfix -c \"$C\" status");
        assertNotEquals(0, ran.exitStatus(), "postfix serves nobody but user 0: " + ran.output());
    }

    @Test
    void aQueueThatCannotBeWrittenMakesAStoppedPostfixLookAlive() throws Exception {
        well(asRoot("postfix", "-c", configuration.toString(), "stop"));
        String readOnly =
                "mount --bind \"$C/../queue\" \"$C/../queue\""
                        + " && mount -o remount,bind,ro \"$C/../queue\" && ";
        List<String> command = List.of("unshare", "--mount");
        Ran writable = inNetwork(command, "postfix -c \"$C\" status");
        Ran sealed = inNetwork(command, readOnly + "postfix -c \"$C\" status");
        assertNotEquals(0, writable.exitStatus(), "stopped: " + writable.output());
        assertEquals(0, sealed.exitStatus(), "why ReadWritePaths names the queue");
        well(asRoot("postfix", "-c", configuration.toString(), "start"));
    }

    private static String mode(String file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(configuration.resolve(file)));
    }

    /** As user 0 with these capabilities and no other. */
    private static Ran with(List<String> rights, String script) throws Exception {
        return inNetwork(setpriv(rights), script);
    }

    private static List<String> setpriv(List<String> rights) {
        return new ArrayList<>(
                List.of(
                        "setpriv",
                        "--no-new-privs",
                        "--clear-groups",
                        "--inh-caps=" + Programs.only(rights),
                        "--bounding-set=" + Programs.only(rights)));
    }

    private static Ran inNetwork(List<String> prefix, String script) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", script));
        return asRoot(command.toArray(String[]::new));
    }

    private static Ran asRoot(String... command) throws Exception {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", network));
        whole.addAll(List.of(command));
        return Programs.run(
                Map.of(
                        "C",
                        configuration.toString(),
                        "PATH",
                        System.getenv("PATH") + ":/usr/sbin:/sbin"),
                whole.toArray(String[]::new));
    }

    private static Ran well(Ran ran) {
        assertEquals(0, ran.exitStatus(), ran.output());
        return ran;
    }
}
