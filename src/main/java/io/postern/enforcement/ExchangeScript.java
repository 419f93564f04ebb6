package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A plan as a PowerShell 5.1 script for the Exchange Management Shell that a person reads, runs
 * with -WhatIf, runs, and keeps: -Undo takes the same steps back. Cmdlets as in Microsoft's
 * reference of Set-ReceiveConnector and Add-ADPermission.
 */
public final class ExchangeScript {
    private static final String HEAD =
            String.join(
                    "\n",
                    "[CmdletBinding(SupportsShouldProcess = $true)]",
                    "param(",
                    "    # Takes the steps back, last first.",
                    "    [switch] $Undo,",
                    "    # Reads and writes all go to this domain controller; else to one that is"
                            + " picked now.",
                    "    [string] $DomainController",
                    ")",
                    "Set-StrictMode -Version Latest",
                    "$ErrorActionPreference = 'Stop'",
                    "");

    private static final String FUNCTIONS =
            String.join(
                    "\n",
                    "if (-not $DomainController) {",
                    "    $DomainController = [string](Get-ReceiveConnector -Server $Server |",
                    "        Select-Object -First 1).OriginatingServer",
                    "}",
                    "",
                    "# The account of an unauthenticated session; its name differs by language.",
                    "$Anonymous = (New-Object System.Security.Principal.SecurityIdentifier"
                            + "('S-1-5-7')).Translate(",
                    "    [System.Security.Principal.NTAccount]).Value",
                    "",
                    "# Exactly one connector of that name, with Postern's mark, or the script"
                            + " stops.",
                    "function Get-ManagedConnector([string] $Name) {",
                    "    $found = @(Get-ReceiveConnector -Server $Server -DomainController"
                            + " $DomainController |",
                    "        Where-Object { $_.Name -eq $Name })",
                    "    if ($found.Count -ne 1) {",
                    "        if ($WhatIfPreference -and $found.Count -eq 0) { return $null }",
                    "        throw ('There must be one connector named ' + $Name + ', found ' +"
                            + " $found.Count)",
                    "    }",
                    "    if (-not ([string]$found[0].Comment).StartsWith($Mark)) {",
                    "        throw ($Name + ' does not carry the mark ' + $Mark)",
                    "    }",
                    "    return $found[0]",
                    "}",
                    "",
                    "function Set-Managed([string] $Name, [hashtable] $Values) {",
                    "    $one = Get-ManagedConnector $Name",
                    "    if ($null -eq $one) { Write-Output ('What if: set ' + $Name); return }",
                    "    Set-ReceiveConnector -Identity ([string]$one.DistinguishedName)"
                            + " -DomainController $DomainController @Values",
                    "}",
                    "",
                    "function Set-ManagedRelay([string] $Name, [bool] $Allowed) {",
                    "    $one = Get-ManagedConnector $Name",
                    "    if ($null -eq $one) { Write-Output ('What if: relay right of ' + $Name);"
                            + " return }",
                    "    $right = @{",
                    "        Identity = [string]$one.DistinguishedName",
                    "        User = $Anonymous",
                    "        ExtendedRights = 'Ms-Exch-SMTP-Accept-Any-Recipient'",
                    "        DomainController = $DomainController",
                    "    }",
                    "    if ($Allowed) {",
                    "        Add-ADPermission @right | Out-Null",
                    "    } else {",
                    "        Remove-ADPermission @right -Confirm:$false | Out-Null",
                    "    }",
                    "}",
                    "",
                    "function Remove-Managed([string] $Name) {",
                    "    $one = Get-ManagedConnector $Name",
                    "    if ($null -eq $one) { Write-Output ('What if: remove ' + $Name); return }",
                    "    Remove-ReceiveConnector -Identity ([string]$one.DistinguishedName)"
                            + " -DomainController $DomainController -Confirm:$false",
                    "}",
                    "");

    private ExchangeScript() {}

    /**
     * The script of a plan.
     *
     * @param server name as Exchange knows it
     * @param steps in order; none = a script that says so
     * @param unsupported told at the top, for whoever reads the script alone
     * @throws IllegalArgumentException if a name or text in it holds a control character
     */
    public static String of(
            String server, List<ConnectorStep> steps, List<Unsupported> unsupported) {
        StringBuilder script = new StringBuilder();
        script.append(PowerShellText.comment("Receive connectors of " + server + ", by Postern."));
        script.append("\n# Run it in the Exchange Management Shell, first with -WhatIf. Keep it:");
        script.append(" -Undo takes it back.\n");
        for (Unsupported one : unsupported) {
            script.append(
                    PowerShellText.comment(
                            "Not held: "
                                    + one.entry()
                                    + ": "
                                    + one.reason()
                                    + ". Remedy: "
                                    + one.remedy()
                                    + "."));
            script.append('\n');
        }
        script.append(HEAD);
        script.append("$Server = ").append(PowerShellText.quoted(server)).append('\n');
        script.append("$Mark = ").append(PowerShellText.quoted(OwnershipMark.PREFIX));
        script.append('\n').append(FUNCTIONS);
        if (steps.isEmpty()) {
            return script.append("\n# There is nothing to do.\n").toString();
        }
        script.append("\nif (-not $Undo) {\n");
        append(script, steps);
        script.append("} else {\n");
        List<ConnectorStep> back = new ArrayList<>();
        steps.forEach(step -> back.add(step.inverse()));
        Collections.reverse(back);
        append(script, back);
        return script.append("}\n").toString();
    }

    private static void append(StringBuilder script, List<ConnectorStep> steps) {
        int number = 0;
        for (ConnectorStep step : steps) {
            number++;
            String text =
                    PowerShellText.comment(number + ". " + step.description())
                            + "\n"
                            + command(step);
            script.append(number == 1 ? "" : "\n");
            text.lines().forEach(line -> script.append("    ").append(line).append('\n'));
        }
    }

    /** The command of one step, of one or more lines. */
    static String command(ConnectorStep step) {
        String name = PowerShellText.quoted(step.name());
        if (step instanceof ConnectorStep.CreateDisabled create) {
            return create(create.connector());
        }
        if (step instanceof ConnectorStep.Remove) {
            return "Remove-Managed " + name;
        }
        if (step instanceof ConnectorStep.AddRanges add) {
            return set(name, "RemoteIPRanges = @{ Add = " + ranges(add.ranges()) + " }");
        }
        if (step instanceof ConnectorStep.RemoveRanges remove) {
            return set(name, "RemoteIPRanges = @{ Remove = " + ranges(remove.ranges()) + " }");
        }
        if (step instanceof ConnectorStep.ReplaceRanges replace) {
            return set(
                    name,
                    "RemoteIPRanges = @{ Remove = "
                            + ranges(replace.removed())
                            + "; Add = "
                            + ranges(replace.added())
                            + " }");
        }
        if (step instanceof ConnectorStep.GrantRelay) {
            return "Set-ManagedRelay " + name + " $true";
        }
        if (step instanceof ConnectorStep.RevokeRelay) {
            return "Set-ManagedRelay " + name + " $false";
        }
        if (step instanceof ConnectorStep.Enable) {
            return set(name, "Enabled = $true");
        }
        if (step instanceof ConnectorStep.Disable) {
            return set(name, "Enabled = $false");
        }
        ConnectorStep.Properties after = ((ConnectorStep.SetProperties) step).after();
        return "Set-Managed "
                + name
                + " @{\n    PermissionGroups = "
                + groups(after.permissionGroups())
                + "\n    AuthMechanism = "
                + mechanisms(after.authMechanism())
                + "\n    Fqdn = "
                + PowerShellText.quoted(after.fqdn())
                + "\n    Comment = "
                + PowerShellText.quoted(after.comment())
                + "\n    TarpitInterval = "
                + tarpit(after.tarpitMillis())
                + "\n    ProtocolLoggingLevel = "
                + logging(after.verboseLogging())
                + "\n}";
    }

    private static String set(String name, String value) {
        return "Set-Managed " + name + " @{ " + value + " }";
    }

    private static String create(ReceiveConnector connector) {
        ConnectorData data = ConnectorData.of(connector);
        return String.join(
                "\n",
                "$new = @{",
                "    Server = $Server",
                "    DomainController = $DomainController",
                "    Name = " + PowerShellText.quoted(connector.name()),
                "    TransportRole = " + PowerShellText.quoted(connector.transportRole().word()),
                "    Custom = $true",
                "    Enabled = $false",
                "    Bindings = " + PowerShellText.array(data.bindings()),
                "    RemoteIPRanges = " + PowerShellText.array(data.remoteIpRanges()),
                "    PermissionGroups = " + groups(connector.permissionGroups()),
                "    AuthMechanism = " + mechanisms(connector.authMechanism()),
                "    Fqdn = " + PowerShellText.quoted(connector.fqdn()),
                "    Comment = " + PowerShellText.quoted(connector.comment()),
                "    TarpitInterval = " + tarpit(connector.tarpitMillis()),
                "    ProtocolLoggingLevel = " + logging(connector.verboseLogging()),
                "}",
                "New-ReceiveConnector @new | Out-Null");
    }

    private static String ranges(List<AddressRange> ranges) {
        return PowerShellText.array(ranges.stream().map(AddressRange::toString).toList());
    }

    private static String groups(Set<PermissionGroup> groups) {
        return PowerShellText.quoted(ExchangeText.flagText(groups, PermissionGroup::word));
    }

    private static String mechanisms(Set<AuthMechanism> mechanisms) {
        return PowerShellText.quoted(ExchangeText.flagText(mechanisms, AuthMechanism::word));
    }

    private static String logging(boolean isVerbose) {
        return isVerbose ? "'Verbose'" : "'None'";
    }

    private static String tarpit(int millis) {
        return PowerShellText.quoted(ExchangeText.timeSpan(millis));
    }
}
