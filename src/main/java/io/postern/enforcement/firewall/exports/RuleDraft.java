package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.firewall.FirewallRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A rule that is being read; what nobody sets is as Windows has it where a rule says nothing. */
final class RuleDraft {
    /** Protocol of a rule that blocks and of which not all is known: it blocks nothing then. */
    static final String UNKNOWN = "Unknown";

    private static final List<String> ANY = List.of(FirewallRule.ANY);

    final String name;
    String displayName = "";
    String group = "";
    boolean enabled;
    String action;
    String profile = FirewallRule.ANY;
    String protocol = FirewallRule.ANY;
    List<String> localPorts = ANY;
    List<String> localAddresses = ANY;
    List<String> remoteAddresses = ANY;
    String remoteUser = "";
    String remoteMachine = "";
    String authentication = "NotRequired";
    String encryption = "NotRequired";
    String program = FirewallRule.ANY;
    String service = FirewallRule.ANY;
    List<String> interfaces = ANY;
    String source;
    final Map<String, String> other = new TreeMap<>();

    RuleDraft(String name) {
        this.name = name;
    }

    /** Not all of it is known: it must not look as if it closed something. */
    void lacks(String what) {
        other.merge("Missing", what, (had, more) -> had + ", " + more);
    }

    /** A package narrows a rule to one app container, which no mail server runs in. */
    void narrowToPackage(String appContainer) {
        if (program.equals(FirewallRule.ANY)) {
            program = "package " + appContainer;
        }
        other.put("Package", appContainer);
    }

    FirewallRule rule() {
        boolean unknown = action.equals("Block") && other.containsKey("Missing");
        return new FirewallRule(
                name,
                displayName.isEmpty() ? name : displayName,
                group,
                enabled,
                action,
                profile,
                unknown ? UNKNOWN : protocol,
                localPorts,
                localAddresses,
                remoteAddresses,
                remoteUser,
                remoteMachine,
                authentication,
                encryption,
                program,
                service,
                interfaces,
                source,
                other);
    }
}
