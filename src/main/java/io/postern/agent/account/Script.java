package io.postern.agent.account;

import io.postern.agent.powershell.ShellScript;

/** The PowerShell script of this room, kept beside it as a resource. */
public enum Script implements ShellScript {
    /** Starts a prepared task and waits for its end. */
    RUN_TASK("run-task.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    @Override
    public String fileName() {
        return fileName;
    }
}
