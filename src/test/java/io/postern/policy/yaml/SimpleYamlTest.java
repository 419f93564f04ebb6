package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.PolicyError;
import io.postern.policy.PolicyFiles;
import io.postern.policy.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick reader may give up, but what it reads is what the library reads, places included. */
class SimpleYamlTest {
    private static final String[] PIECES = {
        " ",
        "\n",
        ":",
        "-",
        ",",
        "[",
        "]",
        "{",
        "}",
        "#",
        "'",
        "\"",
        "|",
        ">",
        "&",
        "*",
        "!",
        "%",
        "@",
        "?",
        "\\",
        "a",
        "1",
        ".",
        "~",
        "\t",
        "`",
        "=",
        "<",
        "ä",
        "\uD83D\uDE00",
        "\u0085",
        "  ",
        "- ",
        ": ",
        "\n  - ",
        " #",
        "\n---\n",
        "\n...\n",
        "|\n",
        "|-\n      x\n",
        "''",
        "\"\"",
        "\n\n",
        "\n#c\n",
        "null",
        "[]",
        "{}",
        "? ",
        "\\n",
        "\\/",
        "\r\n",
        "\uFEFF",
        "a: b",
        "<<: "
    };

    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        texts.add(PolicyDocumentTest.FULL);
        texts.add(PolicyDocumentTest.demo());
        texts.add(PolicyFiles.yaml(3, 7));
        texts.add(
                "{\"version\": 1, \"servers\":[{\"name\":\"ex01\",\"ports\": [25]}],\n \"grants\":"
                        + " [{\"key\":\"a\\\\b \\\"c\\\"\"}]}");
        texts.add(
                "a:\n  - |\n    two\n\n      lines\n\n  - |-\n   x\n# end\nb: |\n    y\n\n\n# c\n");
        texts.add("a:\n- b: 1\n  c:\n  - d\n  -   e: f\n      g: 'h''i'\n- - x\n  - y\n");
        try (InputStream in = SimpleYamlTest.class.getResourceAsStream("/policy/bad-files.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String part : all.split("(?m)^=== ")) {
                int end = Math.max(part.indexOf('\n') + 1, part.lastIndexOf("---\n"));
                texts.add(part.substring(part.indexOf('\n') + 1, end));
            }
        }
        return texts;
    }

    @Test
    void whatItReadsIsWhatTheLibraryReads() throws IOException {
        List<String> texts = texts();
        int read = 0;
        int runs = Integer.getInteger("postern.simple-yaml.runs", Seeds.of(8_000));
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            int count = random.nextBoolean() ? 6 : texts.size();
            String text = changed(texts.get(random.nextInt(count)), random);
            YamlNode quick = SimpleYaml.read(text);
            if (quick != null) {
                read++;
                List<PolicyError> errors = new ArrayList<>();
                YamlNode slow = YamlText.readByLibrary(text, errors);
                String shown = "seed " + seed + "\n" + text;
                assertEquals(List.of(), errors, shown);
                assertEquals(slow.toString(), quick.toString(), shown);
            }
        }
        assertTrue(read > runs / 5, "it read only " + read + " of " + runs);
    }

    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(changed.length() + 1);
            int end = Math.min(changed.length(), at + random.nextInt(3));
            changed.replace(
                    at, end, random.nextInt(4) == 0 ? "" : PIECES[random.nextInt(PIECES.length)]);
        }
        return changed.toString();
    }

    @Test
    void itReadsTheFilesThatPeopleWrite() throws IOException {
        assertNotNull(SimpleYaml.read(PolicyDocumentTest.demo()));
        assertNotNull(SimpleYaml.read(PolicyDocumentTest.FULL));
        assertNotNull(SimpleYaml.read(PolicyDocument.parse(PolicyDocumentTest.FULL).toYaml()));
        assertNotNull(SimpleYaml.read(PolicyFiles.yaml(10, 1)));
    }

    @Test
    void itGivesUpAtWhatItDoesNotKnow() {
        for (String text :
                List.of(
                        "",
                        "# nothing\n",
                        "a: b\n  c\n",
                        "a: &x 1\n",
                        "a: *x\n",
                        "a: !t x\n",
                        "a: >\n  x\n",
                        "a: 1\na: 2\n",
                        "\ta: 1\n",
                        "a: \"\\x41\"\n",
                        "a: 'x\n  y'\n",
                        "---\na: 1\n")) {
            assertNull(SimpleYaml.read(text), text);
        }
    }
}
