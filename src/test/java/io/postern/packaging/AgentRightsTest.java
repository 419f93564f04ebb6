package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.packaging.Programs.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the one capability of the unit is enough for nftables, and needed; in its own network. */
class AgentRightsTest {
    /** Any user that is not root; needs no entry in the list of users. */
    private static final String NOBODY = "65534";

    @TempDir Path directory;
    private Path ruleset;

    @BeforeEach
    void writeRuleset() throws Exception {
        Programs.assumeNetworkNamespaces();
        Programs.assumePrograms("nft");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ruleset = directory.resolve("ruleset.nft");
        Files.writeString(
                ruleset,
                """
                table inet postern_mx1 {
                    set allowed4 { type ipv4_addr; flags interval; elements = { 10.1.0.0/16 }; }
                    chain gate {
                        type filter hook input priority 0; policy accept;
                        tcp dport 25 ip saddr != @allowed4 counter drop
                    }
                }
                """);
    }

    @Test
    void theCapabilityOfTheUnitIsEnoughForAnybodyToWriteAndReadTables() throws Exception {
        List<String> rights = Programs.setting(AgentUnitTest.UNIT, "CapabilityBoundingSet");
        Ran ran = asNobody(rights, "nft -f \"$RULESET\" && nft -j list ruleset");
        assertEquals(0, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains("\"name\": \"postern_mx1\""), ran.output());
        assertTrue(ran.output().contains("\"name\": \"allowed4\""), ran.output());
    }

    @Test
    void withoutItNothingIsWrittenAndNftSaysWhy() throws Exception {
        Ran ran = asNobody(List.of(), "nft -f \"$RULESET\"");
        assertEquals(1, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains("Operation not permitted"), ran.output());
    }

    @Test
    void withoutItNothingIsReadEither() throws Exception {
        Ran ran = asNobody(List.of(), "nft -j list ruleset");
        assertEquals(1, ran.exitStatus(), ran.output());
        assertTrue(ran.output().contains("Operation not permitted"), ran.output());
    }

    /** Runs a script as the unit would, in a network that nobody else sees. */
    private Ran asNobody(List<String> rights, String script) throws Exception {
        String only = Programs.only(rights);
        return Programs.run(
                java.util.Map.of(
                        "RULESET",
                        ruleset.toString(),
                        "PATH",
                        System.getenv("PATH") + ":/usr/sbin:/sbin"),
                "unshare",
                "--net",
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=" + only,
                "--ambient-caps=" + only,
                "--bounding-set=" + only,
                "sh",
                "-c",
                script);
    }
}
