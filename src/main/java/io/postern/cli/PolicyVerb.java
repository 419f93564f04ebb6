package io.postern.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** An offline verb: bad input is printed line by line on standard error and ends with 2. */
abstract class PolicyVerb implements Callable<Integer> {
    @Spec private CommandSpec spec;

    /** Does the work; the exit code. */
    abstract int run(PrintWriter out);

    @Override
    public final Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            return run(out);
        } catch (BadInputException e) {
            PrintWriter err = spec.commandLine().getErr();
            e.lines().forEach(err::println);
            err.flush();
            return BadInputException.EXIT;
        } finally {
            out.flush();
        }
    }
}
