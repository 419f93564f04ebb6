package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.packaging.Programs.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit of the agent, and the drop-in for Postfix, as files and as systemd judges them. */
class AgentUnitTest {
    static final Path UNIT = Path.of("src/deb/root/usr/lib/systemd/system/postern-agent.service");
    static final Path BOOT =
            Path.of("src/deb/root/usr/lib/systemd/system/postern-nftables.service");
    static final Path DROP_IN =
            Path.of("src/deb/root/usr/share/doc/postern-agent/examples/postfix.conf");

    /** Tenths: what systemd 252 gives them. Root, even one without rights, is worse to it. */
    private static final int EXPOSURE = 20;

    private static final int EXPOSURE_WITH_POSTFIX = 25;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "User, postern-agent",
        "AmbientCapabilities, CAP_NET_ADMIN",
        "CapabilityBoundingSet, CAP_NET_ADMIN",
        "NoNewPrivileges, yes",
        "UMask, 0077",
        "StateDirectory, postern-agent",
        "StateDirectoryMode, 0700",
        "ProtectSystem, strict",
        "ProtectHome, yes",
        "PrivateTmp, yes",
        "PrivateDevices, yes",
        "ProtectKernelTunables, yes",
        "ProtectKernelModules, yes",
        "ProtectKernelLogs, yes",
        "ProtectControlGroups, yes",
        "ProtectClock, yes",
        "ProtectHostname, yes",
        "ProtectProc, invisible",
        "RestrictNamespaces, yes",
        "RestrictRealtime, yes",
        "RestrictSUIDSGID, yes",
        "LockPersonality, yes",
        "RemoveIPC, yes",
        "RestrictAddressFamilies, AF_INET AF_INET6 AF_UNIX AF_NETLINK",
        "SystemCallFilter, @system-service",
        "SystemCallArchitectures, native",
        "Restart, on-failure",
        "KillMode, mixed",
    })
    void holdsTheAgentAsNarrowAsItGoes(String name, String value) throws IOException {
        assertEquals(value, String.join(" ", Programs.setting(UNIT, name)));
    }

    @Test
    void leavesTheCompilerOfJavaAlone() throws IOException {
        assertEquals(List.of(), Programs.setting(UNIT, "MemoryDenyWriteExecute"));
    }

    @Test
    void givesUpOnNoAgentButStartsNoneThatIsNotEnrolled() throws IOException {
        assertEquals(List.of("0"), Programs.setting(UNIT, "StartLimitIntervalSec"));
        assertEquals(
                List.of("/var/lib/postern-agent/identity.json"),
                Programs.setting(UNIT, "ConditionPathExists"));
    }

    @Test
    void dropInGivesThreeRightsAndTwoDirectoriesMore() throws IOException {
        assertEquals(List.of("root"), Programs.setting(DROP_IN, "User"));
        assertEquals(List.of(""), Programs.setting(DROP_IN, "AmbientCapabilities"));
        assertEquals(
                List.of("CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID"),
                Programs.setting(DROP_IN, "CapabilityBoundingSet"));
        assertEquals(
                List.of("/etc/postfix", "/var/spool/postfix"),
                Programs.setting(DROP_IN, "ReadWritePaths"));
        assertFalse(
                Files.readString(UNIT).contains("/etc/postfix"), "not active unless it is copied");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void systemdFindsNothingToWarnOf(boolean withPostfix) throws Exception {
        Programs.assumePrograms("systemd-analyze");
        Ran ran = analyze(withPostfix, "verify");
        assertEquals(new Ran(0, ""), ran);
    }

    @ParameterizedTest
    @CsvSource({"false, " + EXPOSURE, "true, " + EXPOSURE_WITH_POSTFIX})
    void systemdCallsTheExposureSmall(boolean withPostfix, int tenths) throws Exception {
        Programs.assumePrograms("systemd-analyze");
        Ran ran = analyze(withPostfix, "security", "--offline=true", "--threshold=" + tenths);
        List<String> lines = ran.output().lines().toList();
        assertEquals(0, ran.exitStatus(), ran.output());
        assertTrue(lines.get(lines.size() - 1).contains("Overall exposure"), ran.output());
    }

    @Test
    void theUnitThatLoadsTablesAtBootHasTheSameOneRightAndComesBeforeTheNetwork() throws Exception {
        assertEquals(List.of("CAP_NET_ADMIN"), Programs.setting(BOOT, "AmbientCapabilities"));
        assertEquals(List.of("CAP_NET_ADMIN"), Programs.setting(BOOT, "CapabilityBoundingSet"));
        assertEquals(List.of("postern-agent"), Programs.setting(BOOT, "User"));
        assertTrue(Programs.setting(BOOT, "Before").contains("network-pre.target"));
        assertTrue(Programs.setting(BOOT, "After").contains("nftables.service"));
        Programs.assumePrograms("systemd-analyze");
        Path unit = directory.resolve("postern-nftables.service");
        Files.copy(BOOT, unit);
        assertEquals(new Ran(0, ""), Programs.run("systemd-analyze", "verify", unit.toString()));
        Ran exposure =
                Programs.run(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--threshold=" + EXPOSURE,
                        unit.toString());
        assertEquals(0, exposure.exitStatus(), exposure.output());
    }

    /**
     * What the unit runs loads every table that was kept, and one that is broken stops no other.
     */
    @Test
    void theUnitsCommandLoadsEveryTableAndFailsIfOneCannotBe() throws Exception {
        Path servers = Files.createDirectories(directory.resolve("servers"));
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(
                    Files.createDirectories(servers.resolve(name)).resolve("active.nft"),
                    name + "\n");
        }
        Path nft = directory.resolve("nft");
        Files.writeString(
                nft,
                "#!/bin/sh\n[ \"$1\" = -f ] || exit 9\ncat \"$2\" >> "
                        + directory
                        + "/loaded\ngrep -q b \"$2\" && exit 1\nexit 0\n");
        assertTrue(nft.toFile().setExecutable(true));
        String line =
                Files.readAllLines(BOOT).stream()
                        .filter(one -> one.startsWith("ExecStart=/bin/sh -c '"))
                        .findFirst()
                        .orElseThrow();
        String command =
                line.substring("ExecStart=/bin/sh -c '".length(), line.length() - 1)
                        .replace("/var/lib/postern-agent", directory.toString())
                        .replace("$$", "$")
                        .replace("nft -f", nft + " -f");
        assertEquals(1, Programs.run("/bin/sh", "-c", command).exitStatus());
        assertEquals("a\nb\nc\n", Files.readString(directory.resolve("loaded")));
    }

    /** Looks at copies, since the program of an installed package does not lie here. */
    private Ran analyze(boolean withPostfix, String verb, String... options) throws Exception {
        Path unit = directory.resolve("postern-agent.service");
        Files.writeString(
                unit, Files.readString(UNIT).replace("=/usr/bin/postern ", "=/bin/true "));
        if (withPostfix) {
            Path dropIns = Files.createDirectories(directory.resolve("postern-agent.service.d"));
            Files.copy(DROP_IN, dropIns.resolve("postfix.conf"));
        }
        List<String> command = new ArrayList<>(List.of("systemd-analyze", verb));
        command.addAll(List.of(options));
        command.add(unit.toString());
        return Programs.run(command.toArray(String[]::new));
    }
}
