package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportFaults;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the files of one server's firewall say together. */
final class CollectedFirewall {
    /** More rules than any server has, inbound and outbound together. */
    static final int MAX_RULES = 50_000;

    private static final List<String> PROFILES = List.of("Domain", "Private", "Public");

    final ExportFaults faults = new ExportFaults();
    private final List<FirewallRule> rules = new ArrayList<>();
    private final Map<String, List<FirewallRule>> byName = new HashMap<>();
    private final Map<String, FirewallProfile> profiles = new LinkedHashMap<>();
    private final Set<String> overruled = new HashSet<>();
    private List<ConnectionSecurityRule> securityRules;
    private List<AuthenticationSet> authenticationSets;
    private int counted;
    private int outbound;

    /**
     * Counts rules before they are read.
     *
     * @return false = they are too many, and that was told
     */
    boolean hasRoomFor(int more, ExportNode at) {
        boolean full = counted > MAX_RULES;
        counted += more;
        if (counted > MAX_RULES && !full) {
            faults.add(
                    at,
                    "more than "
                            + MAX_RULES
                            + " firewall rules; no server works with so many, nothing of them is"
                            + " read");
        }
        return counted <= MAX_RULES;
    }

    void outbound() {
        outbound++;
    }

    void add(ExportNode at, FirewallRule rule) {
        List<FirewallRule> namesakes =
                byName.computeIfAbsent(
                        rule.source() + "\n" + rule.name().toLowerCase(Locale.ROOT),
                        any -> new ArrayList<>(1));
        if (namesakes.contains(rule)) {
            faults.note(at, shown(rule) + " stands there twice, the same; read once");
            return;
        }
        if (!namesakes.isEmpty()) {
            faults.note(at, shown(rule) + " stands there twice, not the same; both are counted");
        }
        namesakes.add(rule);
        rules.add(rule);
    }

    private static String shown(FirewallRule rule) {
        return "rule '" + VisibleText.of(rule.name()) + "'";
    }

    /** Connection security rules were looked for. */
    void beginSecurityRules() {
        if (securityRules == null) {
            securityRules = new ArrayList<>();
        }
    }

    void add(ConnectionSecurityRule rule) {
        beginSecurityRules();
        securityRules.add(rule);
    }

    /** Authentication sets were looked for. */
    void beginSets() {
        if (authenticationSets == null) {
            authenticationSets = new ArrayList<>();
        }
    }

    void add(AuthenticationSet set) {
        beginSets();
        authenticationSets.add(set);
    }

    /**
     * Adds what is known of a profile.
     *
     * @param overrules whether it comes from Group Policy, which holds where it says something
     */
    void add(FirewallProfile profile, boolean overrules) {
        FirewallProfile there = profiles.get(profile.name());
        boolean first = there != null && !overrules && overruled.contains(profile.name());
        FirewallProfile strong = first ? there : profile;
        FirewallProfile weak = first ? profile : there;
        profiles.put(profile.name(), weak == null ? strong : merged(strong, weak));
        if (overrules) {
            overruled.add(profile.name());
        }
    }

    private static FirewallProfile merged(FirewallProfile strong, FirewallProfile weak) {
        return new FirewallProfile(
                strong.name(),
                either(strong.enabled(), weak.enabled()),
                either(strong.inboundAllowed(), weak.inboundAllowed()),
                either(strong.blocksAll(), weak.blocksAll()),
                either(strong.localRules(), weak.localRules()),
                either(strong.localSecurityRules(), weak.localSecurityRules()),
                either(strong.active(), weak.active()));
    }

    private static Boolean either(Boolean strong, Boolean weak) {
        return strong != null ? strong : weak;
    }

    ObservedFirewall observed() {
        List<FirewallProfile> ordered = new ArrayList<>();
        for (String name : PROFILES) {
            if (profiles.containsKey(name)) {
                ordered.add(profiles.get(name));
            }
        }
        List<String> notes = new ArrayList<>(faults.notes());
        if (outbound > 0) {
            notes.add(
                    outbound == 1
                            ? "1 outbound rule is not looked at"
                            : outbound + " outbound rules are not looked at");
        }
        return new ObservedFirewall(ordered, rules, securityRules, authenticationSets, notes);
    }
}
