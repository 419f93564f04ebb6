package io.postern.agent.powershell;

/** What runs a script: PowerShell, or in tests something that plays it. One caller at a time. */
@FunctionalInterface
public interface Shell {
    /**
     * Runs a script to its end.
     *
     * @param request JSON for its standard input, ASCII only
     * @throws ShellException if it could not be run to its end within the limits of time and size
     */
    ShellOutput run(ShellScript script, String request) throws ShellException;
}
