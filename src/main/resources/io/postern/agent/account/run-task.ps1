# Starts a scheduled task that an administrator prepared and waits until it has ended and left its
# result. Windows PowerShell 5.1. Makes, changes and removes no task. Every decision is made by the
# program that calls; nothing here is code made from values.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
$exitCodes = @{ 'done' = 0; 'refused' = 1; 'could-not-ask' = 2; 'cannot-tell' = 3 }
$pauseMillis = 200

# Whether the task was started: what a failure means depends on it.
$started = $false

# The standard streams as UTF-8, whatever code page the console has.
function Read-Request {
    $reader = New-Object -TypeName 'System.IO.StreamReader' -ArgumentList @(
        [Console]::OpenStandardInput(), $utf8
    )
    $request = ConvertFrom-Json -InputObject $reader.ReadToEnd()
    foreach ($name in @('mark', 'taskPath', 'taskName', 'runsAs', 'resultFile')) {
        if ([string]::IsNullOrWhiteSpace($request.$name)) {
            throw "the request lacks '$name'"
        }
    }
    return $request
}

# Only marked lines are the answer.
function Write-MarkedLine {
    param([string] $Kind, [string] $Json)
    $bytes = $utf8.GetBytes("`n" + $request.mark + ' ' + $Kind + ' ' + $Json + "`n")
    $output = [Console]::OpenStandardOutput()
    $output.Write($bytes, 0, $bytes.Length)
    $output.Flush()
}

function Complete-Request {
    param([string] $Outcome, [string] $Message)
    $answer = [ordered] @{ 'outcome' = $Outcome; 'message' = $Message }
    Write-MarkedLine -Kind 'answer' -Json (ConvertTo-Json -InputObject $answer -Depth 4 -Compress)
    return $exitCodes[$Outcome]
}

function Get-PreparedTask {
    $found = @(Get-ScheduledTask -TaskPath $request.taskPath -TaskName $request.taskName)
    if ($found.Count -ne 1) {
        throw "there must be exactly one such task, found $($found.Count)"
    }
    return $found[0]
}

function Invoke-PreparedTask {
    try {
        $task = Get-PreparedTask
        $account = "$($task.Principal.UserId)"
        if (-not [string]::Equals($account, $request.runsAs, [StringComparison]::OrdinalIgnoreCase)) {
            return Complete-Request -Outcome 'refused' -Message "the task runs as '$account', not as '$($request.runsAs)'"
        }
        if ("$($task.State)" -ne 'Ready') {
            return Complete-Request -Outcome 'refused' -Message "the task is not ready but '$($task.State)'"
        }
        $script:started = $true
        Start-ScheduledTask -TaskPath $request.taskPath -TaskName $request.taskName
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while ($clock.Elapsed.TotalSeconds -lt $request.timeoutSeconds) {
            $isThere = Test-Path -LiteralPath $request.resultFile -PathType 'Leaf'
            if ($isThere -and "$((Get-PreparedTask).State)" -ne 'Running') {
                return Complete-Request -Outcome 'done' -Message ''
            }
            Start-Sleep -Milliseconds $pauseMillis
        }
        Stop-ScheduledTask -TaskPath $request.taskPath -TaskName $request.taskName
        $last = (Get-ScheduledTaskInfo -TaskPath $request.taskPath -TaskName $request.taskName).LastTaskResult
        return Complete-Request -Outcome 'cannot-tell' -Message "the task left no result in $($request.timeoutSeconds) seconds; its last result is $last"
    } catch {
        $outcome = 'could-not-ask'
        if ($script:started) {
            $outcome = 'cannot-tell'
        }
        return Complete-Request -Outcome $outcome -Message "$($_.Exception.Message)"
    }
}

$request = Read-Request
exit (Invoke-PreparedTask)
