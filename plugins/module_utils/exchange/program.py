# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The PowerShell program: one fixed text for both roads that need PowerShell, and how it is started.

It is the same for every run. Whatever differs (the access token, names, values) arrives as JSON on its standard
input and is only ever data: read, put into a hashtable, splatted. Runs in Windows PowerShell 5.1 and in PowerShell 7.

Conversation: one JSON document a line goes in; for each command, one line comes out, which begins with ``MARK``.
Lines are ASCII on both ways, so no code page can change a character. Texts begin with ``=`` inside the JSON, because
ConvertFrom-Json would turn a text that looks like a date into one.

It has not been run by us (assumption: powershell-program). Sources: Connect-ExchangeOnline page (AccessToken and
CommandName from version 3.1.0); ``-InputFormat None``, which leaves standard input to the program, is how Chocolatey's
and other installers start PowerShell.
"""

from __future__ import annotations

import base64

MARK = "#webex_email# "

PROGRAM = r"""
# ccops.webex_email: run Exchange Online cmdlets of a fixed list. This text never changes; input is data, not code.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$allowed = @(
    'Get-Mailbox', 'Set-Mailbox', 'Get-CASMailbox', 'Set-CASMailbox', 'Get-Recipient', 'Get-User',
    'Get-TransportConfig', 'Get-OrganizationConfig', 'Get-AuthenticationPolicy', 'Get-RemoteDomain',
    'Get-TransportRule', 'Get-BlockedSenderAddress', 'Get-MessageTraceV2', 'Get-MessageTraceDetailV2',
    'Get-HostedOutboundSpamFilterPolicy', 'New-HostedOutboundSpamFilterPolicy',
    'Set-HostedOutboundSpamFilterPolicy', 'Remove-HostedOutboundSpamFilterPolicy',
    'Get-HostedOutboundSpamFilterRule', 'New-HostedOutboundSpamFilterRule',
    'Set-HostedOutboundSpamFilterRule', 'Enable-HostedOutboundSpamFilterRule',
    'Disable-HostedOutboundSpamFilterRule', 'Remove-HostedOutboundSpamFilterRule'
)

function Write-Answer($answer) {
    $json = ConvertTo-Json -InputObject $answer -Depth 6 -Compress
    $ascii = [regex]::Replace($json, '[^\x20-\x7e]', { param($found) '\u{0:x4}' -f [int][char]$found.Value })
    [Console]::Out.WriteLine('#webex_email# ' + $ascii)
    [Console]::Out.Flush()
}

function Get-Failure($problem) {
    @{
        type = $problem.Exception.GetType().FullName
        reason = [string]$problem.CategoryInfo.Reason
        text = [string]$problem.Exception.Message
        mark = [string]$problem.FullyQualifiedErrorId
    }
}

function Get-Plain($record) {
    $plain = [ordered]@{}
    foreach ($property in $record.PSObject.Properties) {
        $value = $property.Value
        if ($null -eq $value) { $plain[$property.Name] = $null }
        elseif ($value -is [string]) { $plain[$property.Name] = [string]$value }
        elseif ($value -is [datetime]) { $plain[$property.Name] = $value.ToUniversalTime().ToString('o') }
        elseif ($value.GetType().IsPrimitive) { $plain[$property.Name] = $value }
        elseif ($value -is [Collections.IEnumerable]) {
            $plain[$property.Name] = [string[]]@(foreach ($item in $value) { [string]$item })
        }
        else { $plain[$property.Name] = [string]$value }
    }
    $plain
}

function Open-Exchange($connection) {
    Import-Module -Name ExchangeOnlineManagement -MinimumVersion 3.1.0
    $options = @{
        AccessToken = $connection.token.Substring(1)
        Organization = $connection.organization.Substring(1)
        ExchangeEnvironmentName = $connection.environment.Substring(1)
        CommandName = $allowed
        ShowBanner = $false
        SkipLoadingFormatData = $true
    }
    $null = Connect-ExchangeOnline @options
}

function Invoke-Listed($command) {
    $name = $command.cmdlet.Substring(1)
    if ($allowed -cnotcontains $name) { throw 'The cmdlet is not on the list.' }
    $parameters = @{ ErrorAction = 'Stop'; WarningAction = 'SilentlyContinue'; WarningVariable = 'warned' }
    foreach ($entry in $command.parameters.PSObject.Properties) {
        $value = $entry.Value
        if ($value -is [string]) { $value = $value.Substring(1) }
        elseif ($value -is [array]) { $value = [string[]]@(foreach ($item in $value) { $item.Substring(1) }) }
        $parameters[$entry.Name] = $value
    }
    if (-not $name.StartsWith('Get-')) { $parameters['Confirm'] = $false }
    $warned = @()
    $found = @(& $name @parameters)
    @{
        records = @(foreach ($record in $found) { if ($null -ne $record) { Get-Plain $record } })
        warnings = [string[]]@(foreach ($item in $warned) { [string]$item })
    }
}

try {
    while ($null -ne ($line = [Console]::In.ReadLine())) {
        $document = ConvertFrom-Json -InputObject $line
        if ($document.connection) {
            try {
                Open-Exchange $document.connection
                Write-Answer @{ id = 0 }
            }
            catch {
                Write-Answer @{ id = 0; error = Get-Failure $_ }
                exit 3
            }
        }
        foreach ($command in $document.commands) {
            try { $answer = Invoke-Listed $command }
            catch { $answer = @{ error = Get-Failure $_ } }
            $answer['id'] = $command.id
            Write-Answer $answer
        }
    }
}
finally {
    try { Disconnect-ExchangeOnline -Confirm:$false } catch { $null = $_ }
}
""".strip()


def arguments(*more):
    """What PowerShell is started with, after the name of its program; nothing in it comes from a user.

    Base64 of UTF-16, as -EncodedCommand asks for. Its length, below 20,000 characters, is too much for cmd.exe (8,191)
    and right for CreateProcess (32,767).
    """
    encoded = base64.b64encode(PROGRAM.encode("utf-16-le")).decode("ascii")
    return [
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-InputFormat",
        "None",
        *more,
        "-EncodedCommand",
        encoded,
    ]
