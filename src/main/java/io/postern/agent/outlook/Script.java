package io.postern.agent.outlook;

import io.postern.agent.powershell.ShellScript;

/** The PowerShell scripts of this driver, kept beside it as resources. */
public enum Script implements ShellScript {
    /** Dot-sourced by all others; does nothing by itself. */
    REGISTRY("registry.ps1"),
    READ("read.ps1"),
    SET_VALUE("set-value.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    @Override
    public String fileName() {
        return fileName;
    }
}
