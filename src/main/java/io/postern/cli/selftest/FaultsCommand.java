package io.postern.cli.selftest;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Faults of enforcement, one after the other, each with the verdict that it must get. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "Arm one fault of enforcement after the other; each must get its verdict.")
final class FaultsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 2;
    }
}
