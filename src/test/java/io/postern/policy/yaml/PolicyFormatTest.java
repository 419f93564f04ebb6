package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.InvalidPolicyException;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyFiles;
import io.postern.policy.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PolicyFormatTest {
    private record Case(String name, String text, String formatted) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "sections stand apart and entries in block style",
                            "{version: 1, servers: [{ring: a, name: ex01}], grants: []}",
                            """
                            version: 1

                            servers:
                              - name: ex01
                                ring: a

                            grants: []
                            """),
                    new Case(
                            "sections, entries and list items keep their order",
                            """
                            servers: [{name: b, ports: [26, 25]}, {name: a}]
                            version: 1
                            """,
                            """
                            servers:
                              - name: b
                                ports: [26, 25]
                              - name: a

                            version: 1
                            """),
                    new Case(
                            "comments stay above, beside, between and at the end",
                            """
                            # head

                            version: 1   # one
                            # of domains
                            acceptedDomains:  # ours
                            # first
                            - a.example  # A
                            #   second, as written\s
                            - b.example
                              # after the last
                            # end
                            """,
                            """
                            # head

                            version: 1 # one

                            # of domains
                            acceptedDomains: # ours
                              # first
                              - a.example # A
                              #   second, as written
                              - b.example
                              # after the last
                            # end
                            """),
                    new Case(
                            "a list that holds comments is broken",
                            """
                            version: 1
                            servers:
                              - {name: a, # the one
                                 addresses: [10.0.0.1, # first
                                   # before second
                                   10.0.0.2], # all
                                 # at the end
                                }
                            """,
                            """
                            version: 1

                            servers:
                              - name: a # the one
                                addresses: # all
                                  - 10.0.0.1 # first
                                  # before second
                                  - 10.0.0.2
                                # at the end
                            """),
                    new Case(
                            "comments of a field move with it",
                            """
                            version: 1
                            servers:
                              -  # behind the dash
                                # of the entry
                                ring: a # R
                                # of the mode
                                mode: observe
                                name: x # N
                            """,
                            """
                            version: 1

                            servers:
                              # behind the dash
                              # of the entry
                              - name: x # N
                                ring: a # R
                                # of the mode
                                mode: observe
                            """),
                    new Case(
                            "a long list is broken, a short one is joined",
                            """
                            version: 1
                            addressSets:
                              long: [10.100.100.1, 10.100.100.2, 10.100.100.3, 10.100.100.4, 10.100.100.5, 10.100.100.6, 1.1.1.1]
                              short:
                                - 10.0.0.1

                                - 10.0.0.2
                            """,
                            """
                            version: 1

                            addressSets:
                              long:
                                - 10.100.100.1
                                - 10.100.100.2
                                - 10.100.100.3
                                - 10.100.100.4
                                - 10.100.100.5
                                - 10.100.100.6
                                - 1.1.1.1
                              short: [10.0.0.1, 10.0.0.2]
                            """),
                    new Case(
                            "blank lines between entries stay, one at most",
                            """


                            version: 1
                            acceptedDomains:

                              - a.example



                              - b.example
                              - c.example


                            """,
                            """
                            version: 1

                            acceptedDomains:
                              - a.example

                              - b.example
                              - c.example
                            """),
                    new Case(
                            "texts are quoted alike and long ones keep their lines",
                            "\uFEFFversion: 1\r\nservers: [{\"name\": \"a\"}]\r\ngrants:\r\n"
                                    + "- key: \"yes\"\r\n  from: {addresses: ['10.0.0.1']}\r\n"
                                    + "  tier: 'relay'\r\n  owner: \"it's: me\"\r\n"
                                    + "  reason: >\r\n   two\r\n\r\n   lines\r\n",
                            """
                            version: 1

                            servers:
                              - name: a

                            grants:
                              - key: 'yes'
                                from: {addresses: [10.0.0.1]}
                                tier: relay
                                owner: 'it''s: me'
                                reason: |
                                  two
                                  lines
                            """),
                    new Case(
                            "a number sign in a text is no comment",
                            """
                            version: 1
                            servers: [{name: 'a # b'}, {name: a#c}] # yes
                            assertions:
                              - {key: k, expect: none, address: 10.0.0.1, server: a#c,
                                 message: "x # y"}
                            """,
                            """
                            version: 1

                            servers: # yes
                              - name: 'a # b'
                              - name: 'a#c'

                            assertions:
                              - key: k
                                expect: none
                                address: 10.0.0.1
                                server: 'a#c'
                                message: 'x # y'
                            """),
                    new Case(
                            "comments inside what is empty stay near it",
                            """
                            version: 1
                            grants: [ # none yet
                              # soon
                            ] # really
                            """,
                            """
                            version: 1

                            # none yet
                            # soon
                            grants: [] # really
                            """));

    @TestFactory
    List<DynamicTest> eachCaseIsFormattedSo() {
        return CASES.stream()
                .map(
                        c ->
                                DynamicTest.dynamicTest(
                                        c.name(),
                                        () -> {
                                            String once = PolicyFormat.of(c.text());
                                            assertEquals(c.formatted(), once);
                                            assertEquals(once, PolicyFormat.of(once));
                                        }))
                .toList();
    }

    @Test
    void aFaultyFileIsNotFormatted() {
        assertThrows(InvalidPolicyException.class, () -> PolicyFormat.of("version: 2\n"));
    }

    @Test
    void anExportedFileNeedsNoFormatting() throws IOException {
        for (String text :
                List.of(
                        PolicyDocumentTest.FULL,
                        PolicyDocumentTest.demo(),
                        PolicyFiles.yaml(300, 5),
                        "version: 1\n")) {
            String exported = PolicyDocument.parse(text).toYaml();
            assertEquals(exported, PolicyFormat.of(exported));
            assertEquals(exported, PolicyDocument.parse(exported).toYaml());
            assertNotNull(SimpleYaml.read(exported), exported);
        }
    }

    @Test
    void noCommentIsLostAndNoValueChangedWhereverCommentsStand() throws IOException {
        List<String> bases =
                List.of(
                        PolicyDocumentTest.FULL,
                        PolicyDocumentTest.demo(),
                        PolicyDocument.parse(PolicyDocumentTest.FULL).toYaml(),
                        PolicyFiles.yaml(4, 3),
                        "{version: 1, servers: [{name: a, ports: [25, 26]}],\n grants: [{key: k,"
                                + " from: {addresses: [10.0.0.1, 10.0.0.2], accounts: [x]},\n to:"
                                + " {servers: ['a']}, tier: relay, reason: 'a # b'}], blocks: []}",
                        "version: 1\nservers:\n- name: a\n  ports:\n  - 25\n-\n  name: b\n"
                                + "addressSets:\n  s:\n  - 10.0.0.1\n  - 10.0.0.2\n");
        int inserted = 0;
        for (int seed = 0;
                seed < Integer.getInteger("postern.format.runs", Seeds.of(400));
                seed++) {
            Random random = new Random(seed);
            String base = bases.get(random.nextInt(bases.size()));
            List<PolicyEntry> entries = entries(base);
            assertNotNull(entries, base);
            String text = base;
            List<String> comments = new ArrayList<>(CommentedReader.comments(base));
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                String comment = "#" + (random.nextBoolean() ? " " : "") + "c" + seed + "-" + i;
                String with = withComment(text, comment, random);
                if (entries.equals(entries(with))) {
                    text = with;
                    comments.add(comment);
                    inserted++;
                }
            }
            String shown = "seed " + seed + "\n" + text;
            String last = text;
            String once = assertDoesNotThrow(() -> PolicyFormat.of(last), shown);
            assertEquals(entries, entries(once), shown);
            assertEquals(counted(comments), counted(written(once)), shown);
            assertEquals(once, PolicyFormat.of(once), shown);
        }
        assertTrue(inserted > Seeds.fewest(500), "only " + inserted);
    }

    private static List<PolicyEntry> entries(String text) {
        try {
            return PolicyDocument.parse(text).entries();
        } catch (InvalidPolicyException e) {
            return null;
        }
    }

    /** A comment, and perhaps an empty line, at any place where the text may allow one. */
    private static String withComment(String text, String comment, Random random) {
        StringBuilder with = new StringBuilder(text);
        int at = random.nextInt(text.length() + 1);
        String blank = random.nextInt(4) == 0 ? "\n" : "";
        switch (random.nextInt(4)) {
            case 0 -> {
                int end = text.indexOf('\n', at);
                with.insert(end < 0 ? text.length() : end, " " + comment + blank);
            }
            case 1, 2 -> {
                int start = text.lastIndexOf('\n', at) + 1;
                String indent = " ".repeat(random.nextInt(9));
                with.insert(start, blank + indent + comment + "\n" + blank);
            }
            default -> {
                while (at < text.length() && "[{,]}:-".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                at = Math.min(text.length(), at + random.nextInt(2));
                with.insert(at, " " + comment + "\n" + " ".repeat(random.nextInt(12)));
            }
        }
        return with.toString();
    }

    /** Found by their looks, apart from the code under test: no value of the texts looks so. */
    private static List<String> written(String formatted) {
        List<String> found = new ArrayList<>();
        for (String line : formatted.split("\n")) {
            String text = line.replace("'a # b'", "").replace("'x # y'", "");
            int sign = text.indexOf('#');
            if (sign >= 0) {
                found.add(text.substring(sign));
            }
        }
        return found;
    }

    private static Map<String, Integer> counted(List<String> comments) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String comment : comments) {
            // One that was put behind another has become a part of it.
            for (String part : comment.split("#")) {
                if (!part.isBlank()) {
                    counts.merge(part.strip(), 1, Integer::sum);
                }
            }
        }
        return counts;
    }
}
