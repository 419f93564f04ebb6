<#
.SYNOPSIS
Installs the Postern agent as a Windows service under a group managed service account.

.DESCRIPTION
Run as an administrator on the management host (or on an Exchange server). The account must have
been made, and this host be allowed to use it; enrol the agent into the data directory after the
first run and before the first start. Java is no Windows service by itself: the service is run by
WinSW, which you download and whose SHA-256 you state. Running this again brings the installation
to what the parameters say; the agent's files are never touched. Honours -WhatIf.

.PARAMETER Account
DOMAIN\name$ of the group managed service account.

.PARAMETER Postern
Directory of the Postern installation, the one that holds quarkus-app.

.PARAMETER Java
Path of java.exe, 17 or newer.

.PARAMETER Settings
Settings file of the driver exchange; see docs/enforcement.md.

.PARAMETER Wrapper
Path of the WinSW program (version 2.11 or newer).

.PARAMETER WrapperSha256
Its SHA-256, from a source that you trust.

.PARAMETER Data
The agent's directory; made if it is not there. Only administrators, SYSTEM and the account may
enter it.

.PARAMETER Start
Starts the service, or restarts it.
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[A-Za-z0-9.-]{1,64}\\[A-Za-z0-9_.-]{1,19}\$$')]
    [string] $Account,

    [Parameter(Mandatory = $true)]
    [string] $Postern,

    [Parameter(Mandatory = $true)]
    [string] $Java,

    [Parameter(Mandatory = $true)]
    [string] $Settings,

    [Parameter(Mandatory = $true)]
    [string] $Wrapper,

    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[0-9A-Fa-f]{64}$')]
    [string] $WrapperSha256,

    [string] $Data = "$env:ProgramData\Postern",

    [switch] $Start
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$serviceName = 'PosternAgent'

$me = New-Object -TypeName 'System.Security.Principal.WindowsPrincipal' -ArgumentList ([System.Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $me.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'run this as an administrator'
}
$jar = Join-Path -Path $Postern -ChildPath 'quarkus-app\quarkus-run.jar'
foreach ($file in @($jar, $Java, $Settings, $Wrapper)) {
    if (-not (Test-Path -LiteralPath $file -PathType 'Leaf')) {
        throw "'$file' is not there"
    }
    if ($file.Contains('"')) {
        throw "'$file' holds a quote"
    }
}
$hash = (Get-FileHash -LiteralPath $Wrapper -Algorithm 'SHA256').Hash
if ($hash -ne $WrapperSha256) {
    throw "'$Wrapper' has the SHA-256 $hash, not $WrapperSha256"
}
$sid = (New-Object -TypeName 'System.Security.Principal.NTAccount' -ArgumentList $Account).Translate([System.Security.Principal.SecurityIdentifier])

# The agent's key and the scripts it runs lie here: nobody else may read the one or change the other.
if (-not (Test-Path -LiteralPath $Data -PathType 'Container')) {
    if ($PSCmdlet.ShouldProcess($Data, 'Create the directory')) {
        $null = New-Item -Path $Data -ItemType 'Directory'
    }
}
if ($PSCmdlet.ShouldProcess($Data, "Allow only administrators, SYSTEM and $Account")) {
    $acl = New-Object -TypeName 'System.Security.AccessControl.DirectorySecurity'
    $acl.SetAccessRuleProtection($true, $false)
    $administrators = New-Object -TypeName 'System.Security.Principal.SecurityIdentifier' -ArgumentList 'S-1-5-32-544'
    $system = New-Object -TypeName 'System.Security.Principal.SecurityIdentifier' -ArgumentList 'S-1-5-18'
    $acl.SetOwner($administrators)
    foreach ($entry in @(@($administrators, 'FullControl'), @($system, 'FullControl'), @($sid, 'Modify'))) {
        $rule = New-Object -TypeName 'System.Security.AccessControl.FileSystemAccessRule' -ArgumentList @(
            $entry[0], $entry[1], 'ContainerInherit, ObjectInherit', 'None', 'Allow'
        )
        $acl.AddAccessRule($rule)
    }
    Set-Acl -LiteralPath $Data -AclObject $acl
}

$directory = Join-Path -Path $Data -ChildPath 'service'
$program = Join-Path -Path $directory -ChildPath "$serviceName.exe"
$configuration = Join-Path -Path $directory -ChildPath "$serviceName.xml"
$arguments = '-jar "' + $jar + '" agent run --driver exchange --exchange "' + $Settings + '" --data "' + $Data + '"'
$lines = @(
    '<service>',
    "  <id>$serviceName</id>",
    '  <name>Postern Agent</name>',
    '  <description>Keeps the receive connectors of Exchange servers as Postern decides.</description>',
    ('  <executable>' + [System.Security.SecurityElement]::Escape($Java) + '</executable>'),
    ('  <arguments>' + [System.Security.SecurityElement]::Escape($arguments) + '</arguments>'),
    '  <serviceaccount>',
    ('    <username>' + [System.Security.SecurityElement]::Escape($Account) + '</username>'),
    '    <allowservicelogon>true</allowservicelogon>',
    '  </serviceaccount>',
    '  <startmode>Automatic</startmode>',
    '  <delayedAutoStart>true</delayedAutoStart>',
    '  <onfailure action="restart" delay="30 sec"/>',
    '  <stoptimeout>60 sec</stoptimeout>',
    '  <log mode="roll-by-size">',
    '    <sizeThreshold>10240</sizeThreshold>',
    '    <keepFiles>8</keepFiles>',
    '  </log>',
    '</service>'
)
$service = Get-Service -Name $serviceName -ErrorAction 'SilentlyContinue'
if ($PSCmdlet.ShouldProcess($directory, 'Write the service program and its configuration')) {
    if ($null -ne $service -and "$($service.Status)" -ne 'Stopped') {
        Stop-Service -Name $serviceName
    }
    if (-not (Test-Path -LiteralPath $directory -PathType 'Container')) {
        $null = New-Item -Path $directory -ItemType 'Directory'
    }
    Copy-Item -LiteralPath $Wrapper -Destination $program -Force
    [System.IO.File]::WriteAllLines($configuration, [string[]] $lines)
}
if ($PSCmdlet.ShouldProcess($serviceName, "Install the service under $Account")) {
    if ($null -ne $service) {
        & $program 'uninstall'
        if ($LASTEXITCODE -ne 0) {
            throw "the old service could not be removed (code $LASTEXITCODE)"
        }
    }
    & $program 'install'
    if ($LASTEXITCODE -ne 0) {
        throw "the service could not be installed (code $LASTEXITCODE)"
    }
}
if ($Start -and $PSCmdlet.ShouldProcess($serviceName, 'Start the service')) {
    if (-not (Test-Path -LiteralPath (Join-Path -Path $Data -ChildPath 'identity.json') -PathType 'Leaf')) {
        throw "the agent is not enrolled: postern agent enrol --data `"$Data`" ..."
    }
    Start-Service -Name $serviceName
}
