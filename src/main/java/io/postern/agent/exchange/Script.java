package io.postern.agent.exchange;

import io.postern.agent.powershell.ShellScript;

/** The PowerShell scripts of this driver, kept beside it as resources. */
public enum Script implements ShellScript {
    /** Dot-sourced by all others; does nothing by itself. */
    SESSION("session.ps1"),
    READ("read.ps1"),
    CREATE("create.ps1"),
    REMOVE("remove.ps1"),
    CHANGE_RANGES("change-ranges.ps1"),
    SET_ENABLED("set-enabled.ps1"),
    SET_RELAY("set-relay.ps1"),
    SET_PROPERTIES("set-properties.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    @Override
    public String fileName() {
        return fileName;
    }
}
