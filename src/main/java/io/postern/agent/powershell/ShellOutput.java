package io.postern.agent.powershell;

import java.util.Objects;

/**
 * What a script that ran to its end left behind.
 *
 * @param standardError for messages; bounded, perhaps cut
 */
public record ShellOutput(int exitCode, String standardOutput, String standardError) {
    public ShellOutput {
        Objects.requireNonNull(standardOutput);
        Objects.requireNonNull(standardError);
    }
}
