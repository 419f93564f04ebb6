package io.postern.cli;

import io.postern.cli.demo.DemoCommand;
import io.postern.cli.selftest.SelftestCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The one command. Verbs other than {@code server} start without the web stack. Exit codes: each
 * verb's own; 2 = bad input or bad usage.
 */
@QuarkusMain
@Command(
        name = "postern",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Who may hand mail to Exchange: decide it, push it, prove it.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            ServerCommand.class,
            AgentCommand.class,
            SigningKeyCommand.class,
            DemoCommand.class,
            DecideCommand.class,
            DiffCommand.class,
            CheckCommand.class,
            CompileCommand.class,
            FidelityCommand.class,
            FormatCommand.class,
            HashCommand.class,
            SelectionCommand.class,
            ProbeCommand.class,
            TraceCommand.class,
            AssessCommand.class,
            SelftestCommand.class
        })
public final class Postern implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    /** Runs a verb and ends the process with its exit code. */
    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    /** Runs a verb; for tests too. */
    static int run(String... arguments) {
        CommandLine line =
                new CommandLine(new Postern())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(Postern::failed);
        return line.execute(arguments);
    }

    private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        // A message for people; whoever needs the stack sets POSTERN_DEBUG.
        PrintWriter err = line.getErr();
        err.println(
                "postern: "
                        + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        if (System.getenv("POSTERN_DEBUG") != null) {
            e.printStackTrace(err);
        }
        err.flush();
        return 2;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a verb is needed");
    }
}
