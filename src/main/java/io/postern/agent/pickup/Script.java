package io.postern.agent.pickup;

import io.postern.agent.powershell.ShellScript;

/** The PowerShell scripts of this driver, kept beside it as resources. */
public enum Script implements ShellScript {
    /** Dot-sourced by all others; does nothing by itself. */
    SESSION("session.ps1"),
    READ("read.ps1"),
    SET_FOLDER_ENTRY("set-folder-entry.ps1"),
    SET_SHARE_ENTRY("set-share-entry.ps1"),
    WATCH_OWNERS("watch-owners.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    @Override
    public String fileName() {
        return fileName;
    }
}
