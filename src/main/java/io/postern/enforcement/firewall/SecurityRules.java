package io.postern.enforcement.firewall;

import io.postern.enforcement.NetworkLayer.Opening;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who can prove an identity, and who must before any firewall rule is asked: the connection
 * security rules. An exemption (None/None) wins over a request.
 */
final class SecurityRules {
    /** null = not read. */
    private final List<ConnectionSecurityRule> rules;

    private final List<FirewallProfile> profiles;

    /** By name; null = not read. */
    private final Map<String, AuthenticationSet> sets;

    SecurityRules(ObservedFirewall observed) {
        profiles =
                observed.profiles().stream()
                        .filter(profile -> !Boolean.FALSE.equals(profile.active()))
                        .toList();
        rules =
                observed.securityRules() == null
                        ? null
                        : observed.securityRules().stream()
                                .filter(ConnectionSecurityRule::enabled)
                                .toList();
        sets =
                observed.authenticationSets() == null
                        ? null
                        : observed.authenticationSets().stream()
                                .collect(
                                        Collectors.toMap(
                                                AuthenticationSet::name, one -> one, (a, b) -> a));
    }

    List<String> unknowns() {
        return rules == null
                ? List.of(
                        "Who can prove an identity is not known (connection security rules were not"
                                + " read); everybody counts as able to.")
                : List.of();
    }

    Port at(int port) {
        if (rules == null) {
            return new Port(AddressSet.ALL, AddressSet.ALL, AddressSet.EMPTY);
        }
        AddressSet computers = AddressSet.EMPTY;
        AddressSet accounts = AddressSet.EMPTY;
        AddressSet required = AddressSet.EMPTY;
        AddressSet exempt = AddressSet.EMPTY;
        for (ConnectionSecurityRule rule : rules) {
            if (!rule.coversTcp(port)) {
                continue;
            }
            AddressSet addresses = addresses(rule);
            if (rule.isExemption()) {
                exempt = surelyHolds(rule) ? exempt.union(addresses) : exempt;
            } else if (!rule.inboundSecurity().equals("None") && mayHold(rule)) {
                computers = computers.union(addresses);
                if (provesAccounts(rule)) {
                    accounts = accounts.union(addresses);
                }
                if (rule.inboundSecurity().equals("Require")
                        && !isOptional(rule)
                        && surelyHolds(rule)) {
                    required = required.union(addresses);
                }
            }
        }
        return new Port(
                accounts.subtract(exempt), computers.subtract(exempt), required.subtract(exempt));
    }

    private boolean mayHold(ConnectionSecurityRule rule) {
        return profiles.stream()
                .anyMatch(
                        profile ->
                                profile.isIn(rule.profile())
                                        && (!rule.isLocal()
                                                || !Boolean.FALSE.equals(
                                                        profile.localSecurityRules())));
    }

    private boolean surelyHolds(ConnectionSecurityRule rule) {
        return profiles.stream()
                .allMatch(
                        profile ->
                                profile.isIn(rule.profile())
                                        && (!rule.isLocal()
                                                || Boolean.TRUE.equals(
                                                        profile.localSecurityRules())));
    }

    private static AddressSet addresses(ConnectionSecurityRule rule) {
        try {
            RemoteAddresses remote = RemoteAddresses.of(rule.remoteAddresses());
            boolean isKnown = remote.keywords().isEmpty() || rule.isExemption();
            return isKnown ? remote.set() : AddressSet.ALL;
        } catch (IllegalArgumentException e) {
            return rule.isExemption() ? AddressSet.EMPTY : AddressSet.ALL;
        }
    }

    private boolean provesAccounts(ConnectionSecurityRule rule) {
        if (rule.phase2Set().isEmpty()) {
            return false;
        }
        AuthenticationSet set = sets == null ? null : sets.get(rule.phase2Set());
        return set == null || set.provesAccount();
    }

    private boolean isOptional(ConnectionSecurityRule rule) {
        AuthenticationSet set = sets == null ? null : sets.get(rule.phase1Set());
        return set != null && set.isOptional();
    }

    /**
     * One port.
     *
     * @param accounts from where an account can be proven
     * @param computers from where a computer can be
     * @param required from where nobody gets further who proves no computer
     */
    record Port(AddressSet accounts, AddressSet computers, AddressSet required) {
        /** Whom a rule lets through, as far as they can prove what it asks for. */
        List<Opening> openings(RuleMeaning rule) {
            AddressSet addresses = rule.addresses();
            if (rule.accounts().mustBeProven()) {
                addresses = addresses.intersect(accounts);
            }
            if (rule.computers().mustBeProven()) {
                addresses = addresses.intersect(computers);
            }
            String name = rule.rule().name();
            List<Opening> openings = new ArrayList<>();
            if (rule.computers().mustBeProven()) {
                add(openings, name, addresses, rule.accounts(), rule.computers());
                return openings;
            }
            add(openings, name, addresses.subtract(required), rule.accounts(), rule.computers());
            add(
                    openings,
                    name,
                    addresses.intersect(required),
                    rule.accounts(),
                    IdentityCondition.PROVEN);
            return openings;
        }

        /** Everybody from those addresses, as far as no identity is required there. */
        List<Opening> everybody(String because, AddressSet addresses) {
            List<Opening> openings = new ArrayList<>();
            IdentityCondition anybody = IdentityCondition.ANYBODY;
            add(openings, because, addresses.subtract(required), anybody, anybody);
            add(
                    openings,
                    because,
                    addresses.intersect(required),
                    anybody,
                    IdentityCondition.PROVEN);
            return openings;
        }

        private static void add(
                List<Opening> openings,
                String because,
                AddressSet addresses,
                IdentityCondition accounts,
                IdentityCondition computers) {
            if (!addresses.isEmpty()) {
                openings.add(new Opening(because, addresses, accounts, computers));
            }
        }
    }
}
