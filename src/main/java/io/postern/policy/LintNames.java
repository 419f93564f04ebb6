package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds names that mean nothing, and declarations that nothing names. */
final class LintNames {
    /** To compare names costs; a policy with more wrong names than this has another trouble. */
    private static final int MOST_SUGGESTIONS = 20;

    private final Policy policy;
    private final Set<String> declared = new HashSet<>();
    private final List<String> declaredNames = new ArrayList<>();
    private final Set<String> servers = new HashSet<>();
    private final List<String> serverNames = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> namedSets = new HashSet<>();
    private final Map<String, Optional<String>> suggested = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    LintNames(Policy policy) {
        this.policy = policy;
        for (Principal principal : policy.principals()) {
            declaredNames.add(principal.name());
            declared.add(Principals.fold(principal.name()));
            if (principal.sid() != null) {
                declared.add(Principals.fold(principal.sid()));
            }
        }
        for (Server server : policy.servers()) {
            serverNames.add(server.name());
            servers.add(Principals.fold(server.name()));
        }
        policy.grants().forEach(g -> entry(EntryKind.GRANT, g.key(), g.from(), g.to()));
        policy.blocks().forEach(b -> entry(EntryKind.BLOCK, b.key(), b.from(), b.to()));
        policy.principals().stream()
                .filter(Principal::isExpandable)
                .forEach(
                        group ->
                                undeclared(
                                        EntryKind.PRINCIPAL,
                                        "Group '" + group.name() + "'",
                                        group.name(),
                                        group.members()));
        assertions();
        policy.protectedSources().forEach(source -> sets(source.addresses()));
        policy.guardrails().forEach(guardrail -> sets(guardrail.ranges()));
        unusedSets();
        unusedPrincipals();
        unknownExceptions();
    }

    List<Finding> findings() {
        return findings;
    }

    private void entry(EntryKind kind, String key, From from, To to) {
        String subject = (kind == EntryKind.GRANT ? "Grant '" : "Block '") + key + "'";
        undeclared(kind, subject, key, from.accounts());
        undeclared(kind, subject, key, from.computers());
        sets(from.addresses());
        sets(from.except());
        for (String server : to.servers()) {
            if (!servers.contains(Principals.fold(server))) {
                unknownServer(kind, subject, key, server);
            }
        }
    }

    private void undeclared(EntryKind kind, String subject, String key, List<String> names) {
        for (String name : names) {
            String folded = Principals.fold(name);
            named.add(folded);
            if (!declared.contains(folded)) {
                findings.add(
                        Finding.advice(
                                PolicyCheck.UNDECLARED,
                                kind,
                                key,
                                subject
                                        + " names '"
                                        + name
                                        + "', which principals does not declare.",
                                "Declare it in principals, or correct the name"
                                        + suggestion(name, declaredNames)));
            }
        }
    }

    private void unknownServer(EntryKind kind, String subject, String key, String server) {
        findings.add(
                Finding.advice(
                        PolicyCheck.UNKNOWN_SERVER,
                        kind,
                        key,
                        subject + " names server '" + server + "', which servers does not list.",
                        "Add it to servers, or correct the name"
                                + suggestion(server, serverNames)));
    }

    private String suggestion(String wrong, List<String> known) {
        Optional<String> nearest =
                suggested.size() < MOST_SUGGESTIONS
                        ? suggested.computeIfAbsent(wrong, any -> NearestName.of(wrong, known))
                        : suggested.getOrDefault(wrong, Optional.empty());
        return nearest.map(name -> "; did you mean '" + name + "'?").orElse(".");
    }

    /** A name that entries use is one that the policy knows, and told there. */
    private void assertions() {
        Set<String> known = new HashSet<>(named);
        known.add(Principals.NONE_WORD);
        known.add(Principals.OTHER_WORD);
        for (Assertion assertion : policy.assertions()) {
            String subject = "Assertion '" + assertion.key() + "'";
            for (String name : new String[] {assertion.account(), assertion.computer()}) {
                if (name != null && !known.contains(Principals.fold(name))) {
                    undeclared(EntryKind.ASSERTION, subject, assertion.key(), List.of(name));
                }
            }
            if (!servers.contains(Principals.fold(assertion.server()))) {
                unknownServer(EntryKind.ASSERTION, subject, assertion.key(), assertion.server());
            }
        }
    }

    private void sets(Addresses addresses) {
        for (String term : addresses.terms()) {
            if (term.startsWith("@")) {
                namedSets.add(Principals.fold(term.substring(1)));
            }
        }
    }

    private void unusedSets() {
        for (String name : new TreeSet<>(policy.addressSets().keySet())) {
            if (!namedSets.contains(Principals.fold(name))) {
                findings.add(
                        Finding.advice(
                                PolicyCheck.UNUSED_SET,
                                EntryKind.ADDRESS_SET,
                                name,
                                "Address set '" + name + "' is used by nothing.",
                                "Remove it, or write '@" + name + "' where it is meant."));
            }
        }
    }

    /** One finding for all: a list taken from a directory names many that no entry asks for. */
    private void unusedPrincipals() {
        List<String> unused = new ArrayList<>();
        for (Principal principal : policy.principals()) {
            boolean used =
                    named.contains(Principals.fold(principal.name()))
                            || principal.sid() != null
                                    && named.contains(Principals.fold(principal.sid()));
            if (!used) {
                unused.add(principal.name());
            }
        }
        if (!unused.isEmpty()) {
            findings.add(
                    Finding.advice(
                            PolicyCheck.UNUSED_PRINCIPAL,
                            EntryKind.PRINCIPAL,
                            unused.get(0),
                            "No grant, block, group or assertion names "
                                    + PolicyCheck.some(unused)
                                    + ".",
                            "Remove what is not needed from principals."));
        }
    }

    private void unknownExceptions() {
        Set<String> keys = new HashSet<>();
        policy.grants().forEach(grant -> keys.add(grant.key()));
        policy.blocks().forEach(block -> keys.add(block.key()));
        for (Guardrail guardrail : policy.guardrails()) {
            // A protected source or server can be excepted just because a change removes it.
            if (guardrail.rule().equals(GuardrailRule.PROTECTED_SOURCES.word())) {
                continue;
            }
            for (String key : guardrail.except()) {
                if (!keys.contains(key)) {
                    findings.add(
                            Finding.advice(
                                    PolicyCheck.UNKNOWN_EXCEPTION,
                                    EntryKind.GUARDRAIL,
                                    guardrail.rule(),
                                    "Guardrail '"
                                            + guardrail.rule()
                                            + "' spares '"
                                            + key
                                            + "', which is no grant or block.",
                                    "Take it out of except."));
                }
            }
        }
    }
}
