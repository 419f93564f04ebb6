package io.postern.cli;

import io.postern.policy.PolicyHash;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern hash}: the hash that a revision with the entries of a policy file has. */
@Command(
        name = "hash",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the hash of a policy file's entries, as a revision has it.",
            "A revision's hash covers its parent's: give that to check an exported revision."
        },
        footer = {"", "Exit code: 0 = printed, 2 = bad input."})
public final class HashCommand extends PolicyVerb {
    @Parameters(index = "0", paramLabel = "FILE", description = "Policy file, YAML or JSON.")
    private Path file;

    @Option(
            names = "--parent",
            paramLabel = "HASH",
            description = "Hash of the revision before; without it, of a revision without parent.")
    private String parent;

    @Override
    int run(PrintWriter out) {
        if (parent != null && !parent.matches("[0-9a-f]{64}")) {
            throw new BadInputException(
                    "--parent: '" + parent + "' is no hash; it has 64 digits of 0-9 and a-f");
        }
        out.println(PolicyHash.of(PolicyFile.read(file).entries(), parent));
        return 0;
    }
}
