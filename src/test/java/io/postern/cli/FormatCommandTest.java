package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FormatCommandTest {
    private static final String UNTIDY = "version: 1\nservers: [{name: \"a\"}] # all\n";
    private static final String TIDY = "version: 1\n\nservers: # all\n  - name: a\n";

    @TempDir Path folder;
    private String out;
    private String err;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int run(Object... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exit =
                new CommandLine(new FormatCommand())
                        .setOut(new PrintWriter(outText))
                        .setErr(new PrintWriter(errText))
                        .execute(words);
        out = outText.toString().replace(folder + "/", "");
        err = errText.toString().replace(folder + "/", "");
        return exit;
    }

    @Test
    void rewritesWhatChangesAndOnlyThat() throws IOException {
        Path untidy = write("untidy.yaml", UNTIDY);
        Path tidy = write("tidy.yaml", TIDY);
        Files.setPosixFilePermissions(untidy, PosixFilePermissions.fromString("rw-r-----"));
        FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(tidy, old);
        assertEquals(0, run(untidy, tidy));
        assertEquals("untidy.yaml: formatted\ntidy.yaml: unchanged\n", out);
        assertEquals(TIDY, Files.readString(untidy));
        assertEquals(
                "rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(untidy)));
        assertEquals(old, Files.getLastModifiedTime(tidy));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count(), "nothing else is left behind");
        }
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path file = write("file.yaml", UNTIDY);
        Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), file);
        assertEquals(0, run(link));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(TIDY, Files.readString(file));
    }

    @Test
    void checkListsAndWritesNothing() throws IOException {
        Path untidy = write("untidy.yaml", UNTIDY);
        Path tidy = write("tidy.yaml", TIDY);
        assertEquals(1, run("--check", untidy, tidy));
        assertEquals("untidy.yaml: would be formatted\n", out);
        assertEquals(UNTIDY, Files.readString(untidy));
        assertEquals(0, run("--check", tidy));
        assertEquals("", out);
        assertEquals(1, run("--check", write("crlf.yaml", TIDY.replace("\n", "\r\n"))));
        assertEquals(2, run("--check", "--stdout", tidy));
    }

    @Test
    void aFaultIsToldAndNoFileIsWritten() throws IOException {
        Path untidy = write("untidy.yaml", UNTIDY);
        Path bad = write("bad.yaml", "version: 1\ngrant: []\nserver: []\n");
        assertEquals(2, run(untidy, bad, folder.resolve("none.yaml")));
        assertEquals(
                """
                bad.yaml:2:1: unknown field 'grant' in a policy file; did you mean 'grants'?
                bad.yaml:3:1: unknown field 'server' in a policy file; did you mean 'servers'?
                none.yaml:1:1: no such file
                """,
                err);
        assertEquals("", out);
        assertEquals(UNTIDY, Files.readString(untidy));
    }

    @Test
    void jsonIsPrintedButNotRewritten() throws IOException {
        String text = "{\"version\":1,\n\t\"servers\":[{\"name\":\"a\\/b\"}]}";
        Path json = write("policy.json", text);
        assertEquals(2, run(json));
        assertEquals(
                "policy.json:1:1: a JSON file is not rewritten as YAML; print it with --stdout and"
                        + " keep that in a .yaml file\n",
                err);
        assertEquals(text, Files.readString(json));
        assertEquals(0, run("--stdout", json));
        assertEquals("version: 1\n\nservers:\n  - name: a/b\n", out);
    }

    @Test
    void aDashIsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(UNTIDY.getBytes(StandardCharsets.UTF_8)));
        try {
            assertEquals(0, run("-"));
            assertEquals(TIDY, out);
        } finally {
            System.setIn(before);
        }
    }
}
