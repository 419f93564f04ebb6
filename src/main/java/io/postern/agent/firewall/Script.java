package io.postern.agent.firewall;

import io.postern.agent.powershell.ShellScript;

/** The PowerShell scripts of this driver, kept beside it as resources. */
public enum Script implements ShellScript {
    /** Dot-sourced by the others; does nothing by itself. */
    STORE("store.ps1"),
    READ("read.ps1"),
    CREATE_RULE("create-rule.ps1"),
    COPY_RULE("copy-rule.ps1"),
    REMOVE_RULE("remove-rule.ps1"),
    SET_ENABLED("set-enabled.ps1"),
    CREATE_SET("create-set.ps1"),
    REMOVE_SET("remove-set.ps1"),
    CREATE_SECURITY_RULE("create-security-rule.ps1"),
    REMOVE_SECURITY_RULE("remove-security-rule.ps1"),
    DUMP("dump.ps1"),
    ARM_DEAD_MAN("arm-dead-man.ps1"),
    DISARM_DEAD_MAN("disarm-dead-man.ps1"),
    /** Run by a scheduled task, never by the agent. */
    DEAD_MAN("dead-man.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    @Override
    public String fileName() {
        return fileName;
    }
}
