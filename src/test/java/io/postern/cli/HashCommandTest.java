package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The hashes are those of docs/policy-hash.md. */
class HashCommandTest {
    private static final String FIRST =
            "cae3e26db365b2cf078c88949b2675d71282460564003d9109a2f510d1c60c00";

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String text, String... options) throws IOException {
        String[] words = new String[options.length + 1];
        words[0] = Files.writeString(folder.resolve("policy.yaml"), text).toString();
        System.arraycopy(options, 0, words, 1, options.length);
        return new CommandLine(new HashCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    @Test
    void printsTheHashOfAFileThatIsWrittenInAnyOrder() throws IOException {
        int exit =
                run(
                        """
                        version: 1
                        addressSets:
                          printers: [10.20.30.0/24] # the copy rooms
                        acceptedDomains:
                          - contoso.example
                        """);

        assertEquals(0, exit, err.toString());
        assertEquals(FIRST + System.lineSeparator(), out.toString());
    }

    @Test
    void chainsTheHashToTheParent() throws IOException {
        int exit =
                run(
                        """
                        {"version": 1, "acceptedDomains": ["contoso.example"],
                         "addressSets": {"printers": ["10.20.30.0/24"]},
                         "grants": [{"key": "printers", "tier": "internal",
                                     "from": {"addresses": ["@printers"]}}]}
                        """,
                        "--parent",
                        FIRST);

        assertEquals(0, exit, err.toString());
        assertEquals(
                "d1af1d4fb39a6ef4a8afd9b33803ca58052ccd361618ba5973cd6c94d400ec96"
                        + System.lineSeparator(),
                out.toString());
    }

    @Test
    void refusesAParentThatIsNoHash() throws IOException {
        assertEquals(2, run("version: 1\n", "--parent", FIRST.toUpperCase(Locale.ROOT)));
        assertEquals(
                "--parent: '"
                        + FIRST.toUpperCase(Locale.ROOT)
                        + "' is no hash; it has 64 digits of 0-9 and a-f"
                        + System.lineSeparator(),
                err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void namesTheFaultsOfAFile() throws IOException {
        assertEquals(2, run("version: 2\n"));
        assertTrue(err.toString().contains("policy.yaml:1:10: version must be 1"), err.toString());
        assertEquals("", out.toString());
    }
}
