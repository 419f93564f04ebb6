package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.packaging.Programs.Ran;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks into the Debian package as it was built, and runs what it holds. */
class AgentPackageIT {
    private static final Path FILES = Path.of("src/test/resources/packaging/files.txt");
    private static final String JARS = "./usr/lib/postern/quarkus-app/lib/";
    private static final Set<String> SCRIPTS = Set.of("./postinst", "./prerm", "./postrm");

    @TempDir static Path directory;
    private static Path root;

    /** Content by name, of the control part. */
    private static final Map<String, String> CONTROL = new TreeMap<>();

    /** "mode owner:group name", a line each, of the data part but the libraries. */
    private static final List<String> LINES = new ArrayList<>();

    private static final Set<String> LIBRARIES = new TreeSet<>();
    private static final Set<Instant> TIMES = new TreeSet<>();
    private static final Set<String> SUMS = new TreeSet<>();

    @BeforeAll
    static void unpack() throws Exception {
        String packages = System.getProperty("postern.packages");
        assumeTrue(packages != null, "skipped: the package is built and looked into by mvn verify");
        root = Files.createDirectories(directory.resolve("root"));
        try (Stream<Path> built = Files.list(Path.of(packages))) {
            List<Path> found =
                    built.filter(
                                    file ->
                                            file.getFileName()
                                                    .toString()
                                                    .matches("postern-agent_[^_]+_all\\.deb"))
                            .toList();
            assertEquals(1, found.size(), "one package: " + found);
            read(found.get(0));
        }
    }

    private static void read(Path file) throws Exception {
        List<String> members = new ArrayList<>();
        try (ArArchiveInputStream archive =
                new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (ArArchiveEntry member = archive.getNextEntry();
                    member != null;
                    member = archive.getNextEntry()) {
                members.add(member.getName());
                switch (member.getName()) {
                    case "debian-binary" ->
                            assertEquals("2.0\n", new String(archive.readAllBytes()));
                    case "control.tar.gz" -> readControl(new GzipCompressorInputStream(archive));
                    case "data.tar" -> readData(archive);
                    default -> throw new AssertionError("a member dpkg does not know: " + member);
                }
            }
        }
        assertEquals(List.of("debian-binary", "control.tar.gz", "data.tar"), members);
    }

    private static void readControl(InputStream stream) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(stream);
        for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
            int mode = SCRIPTS.contains(entry.getName()) ? 0755 : 0644;
            assertEquals(mode, entry.getMode() & 0777, entry.getName());
            CONTROL.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void readData(InputStream stream) throws Exception {
        TarArchiveInputStream tar = new TarArchiveInputStream(stream);
        for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
            TIMES.add(entry.getLastModifiedTime().toInstant());
            note(entry);
            Path target = root.resolve(entry.getName()).normalize();
            assertTrue(target.startsWith(root), entry.getName());
            Files.createDirectories(target.getParent());
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.write(target, sum(entry.getName(), tar.readAllBytes()));
                if ((entry.getMode() & 0111) != 0) {
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }

    private static void note(TarArchiveEntry entry) {
        String line =
                String.format(
                        "%04o %s:%s %s%s",
                        entry.getMode() & 07777,
                        entry.getUserName(),
                        entry.getGroupName(),
                        entry.getName(),
                        entry.isSymbolicLink() ? " -> " + entry.getLinkName() : "");
        if (entry.getName().startsWith(JARS) && entry.isFile()) {
            LIBRARIES.add(entry.getName().substring(JARS.length()));
            assertEquals("0644 root:root " + entry.getName(), line);
        } else {
            // The program's own jar bears the version.
            LINES.add(line.replaceAll("/postern-[0-9][^/]*\\.jar$", "/postern-VERSION.jar"));
        }
    }

    private static byte[] sum(String name, byte[] content) throws Exception {
        byte[] sum = MessageDigest.getInstance("MD5").digest(content);
        SUMS.add(HexFormat.of().formatHex(sum) + "  " + name.substring("./".length()));
        return content;
    }

    @Test
    void holdsTheseFilesWithTheseOwnersAndModes() throws IOException {
        String lines = String.join("\n", new TreeSet<>(LINES)) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(FILES, lines);
        }
        assertEquals(Files.readString(FILES), lines);
        assertEquals(LINES.size(), new TreeSet<>(LINES).size(), "nothing twice");
    }

    @Test
    void holdsEveryLibraryButThoseOfOneProcessorAndOfTheServiceAlone() throws IOException {
        Path built = Path.of(System.getProperty("postern.application"), "lib");
        Set<String> expected = new TreeSet<>();
        Set<String> leftOut = new TreeSet<>();
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = built.relativize(file).toString().replace('\\', '/');
                (name.matches(".*(postgres-binaries|brotli4j\\.native)-.*") ? leftOut : expected)
                        .add(name);
            }
        }
        assertEquals(expected, LIBRARIES);
        assertTrue(leftOut.size() >= 1, "the package is for every processor: " + leftOut);
    }

    @Test
    void saysWhatItIsAndWhatItNeeds() {
        String control = CONTROL.get("./control");
        for (String field :
                List.of(
                        "Package: postern-agent",
                        "Architecture: all",
                        "Depends: default-jre-headless (>= 2:1.17) | openjdk-17-jre-headless, adduser, init-system-helpers (>= 1.54), util-linux",
                        "Recommends: nftables",
                        "Suggests: postfix")) {
            assertTrue(control.lines().anyMatch(field::equals), field + " in:\n" + control);
        }
        assertTrue(
                control.lines().anyMatch(line -> line.matches("Version: [0-9][0-9A-Za-z.+~]*")),
                control);
        assertEquals("/etc/default/postern-agent\n", CONTROL.get("./conffiles"));
        assertEquals(
                Set.of(
                        "./control",
                        "./conffiles",
                        "./md5sums",
                        "./postinst",
                        "./prerm",
                        "./postrm"),
                CONTROL.keySet());
    }

    @Test
    void itsSumsAreThoseOfItsFiles() {
        assertEquals(SUMS, new TreeSet<>(CONTROL.get("./md5sums").lines().toList()));
    }

    @Test
    void bearsNoTimeOfItsBuild() {
        assertEquals(Set.of(Instant.parse("2026-01-01T00:00:00Z")), TIMES);
    }

    @Test
    void itsScriptsAndUnitAreThoseOfTheSource() throws IOException {
        for (String script : SCRIPTS) {
            assertEquals(Files.readString(Path.of("src/deb/control", script)), CONTROL.get(script));
        }
        assertEquals(
                Files.readString(AgentUnitTest.UNIT),
                Files.readString(root.resolve("usr/lib/systemd/system/postern-agent.service")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"usr/bin/postern", "usr/lib/postern/postern"})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the POSIX launcher")
    void itsLauncherRunsTheVerbsThatWorkOffline(String launcher) throws Exception {
        Path policy = directory.resolve("policy.yaml");
        Files.writeString(
                policy,
                """
                version: 1
                servers: [{name: mx1, addresses: [10.20.0.11]}]
                grants:
                  - {key: printers, from: {addresses: [10.20.30.0/24]}, to: {servers: [mx1]},
                     tier: internal, owner: print-team, reason: scan to mail}
                """);
        String program = root.resolve(launcher).toString();
        Ran version = Programs.run(program, "--version");
        assertEquals(0, version.exitStatus(), version.output());
        assertTrue(version.output().startsWith("postern "), version.output());
        Ran allowed = decide(program, policy, "10.20.30.9");
        assertEquals(0, allowed.exitStatus(), allowed.output());
        assertTrue(allowed.output().startsWith("internal"), allowed.output());
        Ran refused = decide(program, policy, "10.20.31.9");
        assertEquals(1, refused.exitStatus(), refused.output());
    }

    private static Ran decide(String program, Path policy, String address) throws Exception {
        return Programs.run(
                program,
                "decide",
                "--policy",
                policy.toString(),
                "--server",
                "mx1",
                "--address",
                address);
    }
}
