package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a server for a group policy object, for where local rules are void: written by an
 * administrator, never by an agent.
 */
public final class ServerPolicyScript {
    private ServerPolicyScript() {}

    /**
     * The script.
     *
     * @param server name, for people
     * @param refused why local rules are not written; none = it is printed on request
     * @throws IllegalArgumentException if a name or text in it holds a control character
     */
    public static String of(
            String server,
            FirewallState wanted,
            List<String> refused,
            List<Unsupported> unsupported) {
        List<String> comments = new ArrayList<>();
        comments.add("Windows Firewall of " + server + " in a group policy object, by Postern.");
        comments.add(
                "For an object that applies to this server alone. Run it first with -WhatIf; -Undo"
                        + " takes it back.");
        refused.forEach(reason -> comments.add("Local rules are not written: " + reason));
        comments.add(
                "Rules of the local store, Exchange's own among them, must be void there"
                        + " (AllowLocalFirewallRules False), and no other object may open the port:"
                        + " this script closes nothing.");
        unsupported.forEach(one -> comments.add(FirewallScript.notHeld(one)));
        return PolicyObjectScript.of(
                comments,
                FirewallRule.OWN_GROUP,
                wanted.authenticationSets(),
                wanted.securityRules(),
                wanted.rules());
    }
}
