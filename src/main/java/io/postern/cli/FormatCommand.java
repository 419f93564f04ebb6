package io.postern.cli;

import io.postern.policy.InvalidPolicyException;
import io.postern.policy.yaml.PolicyFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern fmt}: policy files as canonical YAML, with their comments and their order. */
@Command(
        name = "fmt",
        mixinStandardHelpOptions = true,
        description =
                "Formats policy files: one style, fields in the schema's order. Comments, the order of"
                        + " entries and every value stay as they are.",
        footer = {
            "",
            "A file is rewritten only if it changes, as a whole or not at all. JSON has no comments"
                    + " and no canonical form here: a file ending in .json is not rewritten; with"
                    + " --stdout it is printed as YAML.",
            "Style: a blank line before each section, one field a line; a list inside an entry on"
                    + " one line if it fits into 100 columns and holds no comment, else one item a"
                    + " line. Blank lines between entries stay, one at most.",
            "Limits: 32 MiB a file, 200,000 entries a section, 20 levels, names of 256 characters,"
                    + " texts of 4,000; anchors, aliases and tags are refused.",
            "Exit code: 0 = done (with --check: nothing to do), 1 = --check found files to format,"
                    + " 2 = bad input; then no file is written."
        })
public final class FormatCommand extends PolicyVerb {
    private static final String STANDARD_INPUT = "-";

    private record Formatted(Path file, String before, String after) {
        boolean changes() {
            return !after.equals(before);
        }
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Policy files; - = standard input, printed to standard output.")
    private List<String> files;

    @Option(names = "--check", description = "Write nothing; list the files that would change.")
    private boolean check;

    @Option(names = "--stdout", description = "Print the result instead of writing it.")
    private boolean stdout;

    @Override
    int run(PrintWriter out) {
        if (check && stdout) {
            throw new BadInputException("--check and --stdout exclude each other");
        }
        List<String> faults = new ArrayList<>();
        List<Formatted> results = new ArrayList<>();
        for (String name : files) {
            try {
                results.add(formatted(name));
            } catch (BadInputException e) {
                faults.addAll(e.lines());
            }
        }
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
        return check ? listed(results, out) : done(results, out);
    }

    private Formatted formatted(String name) {
        boolean input = name.equals(STANDARD_INPUT);
        Path file = input ? null : Path.of(name);
        if (!input && !stdout && name.toLowerCase(Locale.ROOT).endsWith(".json")) {
            throw new BadInputException(
                    name
                            + ":1:1: a JSON file is not rewritten as YAML; print it with --stdout and"
                            + " keep that in a .yaml file");
        }
        String text = input ? standardInput() : PolicyFile.text(file, PolicyFile.MAX_BYTES);
        try {
            return new Formatted(file, text, PolicyFormat.of(text));
        } catch (InvalidPolicyException e) {
            throw new BadInputException(
                    e.errors().stream().map(error -> error.at(input ? "-" : name)).toList());
        }
    }

    private static String standardInput() {
        InputStream in = System.in;
        try {
            byte[] bytes = in.readNBytes((int) PolicyFile.MAX_BYTES + 1);
            return PolicyFile.decoded("-", bytes, PolicyFile.MAX_BYTES);
        } catch (IOException e) {
            throw new BadInputException("-:1:1: cannot be read: " + e.getMessage());
        }
    }

    private static int listed(List<Formatted> results, PrintWriter out) {
        List<Formatted> changing = results.stream().filter(Formatted::changes).toList();
        changing.forEach(result -> out.println(shown(result) + ": would be formatted"));
        return changing.isEmpty() ? 0 : 1;
    }

    private static String shown(Formatted result) {
        return result.file() == null ? STANDARD_INPUT : result.file().toString();
    }

    private int done(List<Formatted> results, PrintWriter out) {
        List<String> failures = new ArrayList<>();
        for (Formatted result : results) {
            if (stdout || result.file() == null) {
                out.print(result.after());
            } else if (result.changes()) {
                try {
                    write(result);
                    out.println(result.file() + ": formatted");
                } catch (IOException e) {
                    failures.add(result.file() + ":1:1: cannot be written: " + e);
                }
            } else {
                out.println(result.file() + ": unchanged");
            }
        }
        if (!failures.isEmpty()) {
            throw new BadInputException(failures);
        }
        return 0;
    }

    /** Beside the file first, so that a full disk or a lost power leaves the old one whole. */
    private static void write(Formatted result) throws IOException {
        Path file = result.file().toRealPath(); // A link stays one.
        Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
        try {
            Files.writeString(fresh, result.after(), StandardCharsets.UTF_8);
            PosixFileAttributeView view =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null) {
                Files.setPosixFilePermissions(fresh, view.readAttributes().permissions());
            }
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
