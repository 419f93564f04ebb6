package io.postern.enforcement.pickup;

import io.postern.enforcement.PowerShellText;
import io.postern.enforcement.Unsupported;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A plan as a PowerShell 5.1 script that an administrator reads, runs with -WhatIf on the Exchange
 * server, and keeps: -Undo takes the same steps back. Access lists are changed by .NET's own
 * classes, shares by the cmdlets of SmbShare, as in Microsoft's reference.
 */
public final class PickupScript {
    private static final String HEAD =
            """
            #Requires -Version 5.1
            #Requires -RunAsAdministrator
            [CmdletBinding(SupportsShouldProcess = $true)]
            param(
                # Takes the steps back, last first.
                [switch] $Undo
            )
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            """;

    private static final String FUNCTIONS =
            """

            function New-OwnRule([string] $Sid) {
                $account = New-Object System.Security.Principal.SecurityIdentifier $Sid
                return New-Object System.Security.AccessControl.FileSystemAccessRule @(
                    $account, [System.Security.AccessControl.FileSystemRights] $Mask, 'Allow')
            }

            # How many entries of exactly that shape the folder has.
            function Measure-OwnRule([System.Security.AccessControl.DirectorySecurity] $List, [string] $Sid) {
                $rules = $List.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier])
                return @($rules | Where-Object {
                    $_.IdentityReference.Value -eq $Sid -and [int]$_.FileSystemRights -eq $Mask -and
                    [string]$_.AccessControlType -eq 'Allow' -and [string]$_.InheritanceFlags -eq 'None'
                }).Count
            }

            function Set-FolderEntry([string] $Sid, [bool] $Wanted) {
                $item = Get-Item -LiteralPath $Folder
                $list = $item.GetAccessControl('Access')
                if ((Measure-OwnRule $list $Sid) -ne [int](-not $Wanted) -and -not $WhatIfPreference) {
                    throw ('The entry of ' + $Sid + ' is not as it was when this script was written')
                }
                if (-not $PSCmdlet.ShouldProcess($Folder, 'Set the entry of ' + $Sid + ' to ' + $Wanted)) { return }
                if ($Wanted) { $list.AddAccessRule((New-OwnRule $Sid)) } else { $list.RemoveAccessRuleSpecific((New-OwnRule $Sid)) }
                $item.SetAccessControl($list)
                if ((Measure-OwnRule $item.GetAccessControl('Access') $Sid) -ne [int]$Wanted) {
                    throw ('The entry of ' + $Sid + ' reads back otherwise than it was written')
                }
            }

            function Set-ShareEntry([string] $Share, [string] $Sid, [bool] $Wanted) {
                $found = @(Get-SmbShare | Where-Object { $_.Name -eq $Share })
                if ($found.Count -ne 1) { throw ('There must be one share ' + $Share + ', found ' + $found.Count) }
                $account = (New-Object System.Security.Principal.SecurityIdentifier $Sid).Translate(
                    [System.Security.Principal.NTAccount]).Value
                if (-not $PSCmdlet.ShouldProcess($Share, 'Set the entry of ' + $account + ' to ' + $Wanted)) { return }
                if ($Wanted) {
                    $found[0] | Grant-SmbShareAccess -AccountName $account -AccessRight Change -Confirm:$false -Force | Out-Null
                } else {
                    $found[0] | Revoke-SmbShareAccess -AccountName $account -Confirm:$false -Force | Out-Null
                }
            }
            """;

    private PickupScript() {}

    /**
     * The script of a plan.
     *
     * @param server name, for people
     * @param path of the folder; null = disabled
     * @param steps in order; none = a script that says so
     * @param unsupported told at the top, for whoever reads the script alone
     * @throws IllegalArgumentException if a name or text in it holds a control character
     */
    public static String of(
            String server, String path, List<PickupStep> steps, List<Unsupported> unsupported) {
        StringBuilder script = new StringBuilder();
        script.append(PowerShellText.comment("Pickup folder of " + server + ", by Postern."));
        script.append("\n# Run it there in Windows PowerShell as administrator, first with");
        script.append(" -WhatIf. Keep it: -Undo takes it back.\n");
        for (Unsupported one : unsupported) {
            String text = "Not held: " + one.entry() + ": " + one.reason();
            script.append(PowerShellText.comment(text + ". Remedy: " + one.remedy() + "."));
            script.append('\n');
        }
        script.append(HEAD);
        if (steps.isEmpty()) {
            return script.append("\n# There is nothing to do.\n").toString();
        }
        script.append("$Folder = ").append(PowerShellText.quoted(path));
        script.append("\n$Mask = ").append(FolderEntry.OWN_MASK).append('\n');
        List<PickupStep> back = new ArrayList<>();
        steps.forEach(step -> back.add(step.inverse()));
        Collections.reverse(back);
        script.append(FUNCTIONS).append("\nif (-not $Undo) {\n").append(body(steps));
        return script.append("} else {\n").append(body(back)).append("}\n").toString();
    }

    private static String body(List<PickupStep> steps) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            PickupStep step = steps.get(i);
            body.append("    ").append(PowerShellText.comment(i + 1 + ". " + step.description()));
            body.append("\n    ").append(command(step)).append('\n');
        }
        return body.toString();
    }

    private static String command(PickupStep step) {
        String sid = PowerShellText.quoted(step.sid());
        if (step instanceof PickupStep.AddFolderEntry) {
            return "Set-FolderEntry " + sid + " $true";
        }
        if (step instanceof PickupStep.RemoveFolderEntry) {
            return "Set-FolderEntry " + sid + " $false";
        }
        if (step instanceof PickupStep.AddShareEntry add) {
            return "Set-ShareEntry " + PowerShellText.quoted(add.share()) + " " + sid + " $true";
        }
        PickupStep.RemoveShareEntry remove = (PickupStep.RemoveShareEntry) step;
        return "Set-ShareEntry " + PowerShellText.quoted(remove.share()) + " " + sid + " $false";
    }
}
