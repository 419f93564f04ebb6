package io.postern.cli.selftest;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The suites that put Postern itself to the test, with real processes on this machine. */
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        description =
                "Put Postern itself to the test: faults of enforcement that it must see, and processes killed in the middle.",
        synopsisSubcommandLabel = "SUITE",
        subcommands = {FaultsCommand.class, ChaosCommand.class, ScaleCommand.class})
public final class SelftestCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which suite?");
    }
}
