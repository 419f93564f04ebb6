package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.PolicyCheck.Level;
import java.util.ArrayList;
import java.util.List;

/** Judges whether protected sources stay reachable: no block on them, no tier lost by a change. */
final class ProtectionCheck {
    private static final GuardrailRule RULE = GuardrailRule.PROTECTED_SOURCES;

    private final Policy before;
    private final Policy after;
    private final Guardrails guardrails;
    private final List<Finding> findings = new ArrayList<>();

    ProtectionCheck(Policy before, Policy after, Guardrails guardrails, BaseCover base) {
        this.before = before;
        this.after = after;
        this.guardrails = guardrails;
        checkBlocks(base);
        checkSources();
        checkServers();
    }

    List<Finding> findings() {
        return findings;
    }

    /** What the base protected counts too, else one change could unprotect and block. */
    private void checkBlocks(BaseCover base) {
        if (after.blocks().isEmpty()) {
            return;
        }
        AddressSet protectedBefore = ProtectedSources.all(before);
        AddressSet either = ProtectedSources.all(after).union(protectedBefore);
        for (Block block : after.blocks()) {
            AddressSet touched = either.intersect(BaseCover.effective(block.from()));
            if (touched.isEmpty() || guardrails.spares(RULE, block.key())) {
                continue;
            }
            if (block.from().addresses().isAny() && block.from().needsIdentity()) {
                findings.add(
                        new Finding(
                                Level.ADVISORY,
                                RULE.word(),
                                EntryKind.BLOCK,
                                block.key(),
                                "Block '"
                                        + block.key()
                                        + "' holds from every address, so it also stops its"
                                        + " identities on protected sources.",
                                "Except the protected sources if that is not meant."));
            } else {
                boolean had = touched.subtract(protectedBefore).isEmpty() && base.denied(block);
                add(
                        level(),
                        EntryKind.BLOCK,
                        block.key(),
                        had,
                        "Block '" + block.key() + "' touches protected sources: " + touched + ".",
                        "Take these addresses out by except.");
            }
        }
    }

    private void checkSources() {
        for (ProtectedSource source : before.protectedSources()) {
            AddressSet lost = source.addresses().set().subtract(protectedAt(source.tier()));
            if (!lost.isEmpty() && !guardrails.spares(RULE, source.name())) {
                add(
                        level(),
                        EntryKind.PROTECTED_SOURCE,
                        source.name(),
                        false,
                        "The change takes tier "
                                + source.tier().word()
                                + " from the protected source '"
                                + source.name()
                                + "': "
                                + lost
                                + ".",
                        "Keep the source and its tier, or name it in the guardrail's except.");
            }
        }
    }

    /** Servers come and go, so it needs attention at most. */
    private void checkServers() {
        AddressSet kept = protectedAt(Tier.INTERNAL);
        for (Server server : before.servers()) {
            AddressSet lost = server.addresses().subtract(kept);
            if (!lost.isEmpty() && !guardrails.spares(RULE, server.name())) {
                add(
                        level() == Level.HARD ? Level.SOFT : level(),
                        EntryKind.SERVER,
                        server.name(),
                        false,
                        "The change leaves addresses of server '"
                                + server.name()
                                + "' unprotected: "
                                + lost
                                + ".",
                        "Keep them on the server if it still sends mail to the others.");
            }
        }
    }

    private AddressSet protectedAt(Tier tier) {
        List<AddressRange> ranges = new ArrayList<>();
        for (ProtectedSource source : after.protectedSources()) {
            if (source.tier().compareTo(tier) >= 0) {
                ranges.addAll(source.addresses().set().ranges());
            }
        }
        if (tier == Tier.INTERNAL) {
            ranges.addAll(ProtectedSources.LOOPBACK.ranges());
            after.servers().forEach(server -> ranges.addAll(server.addresses().ranges()));
        }
        return AddressSet.of(ranges);
    }

    private Level level() {
        return guardrails.of(RULE).level();
    }

    private void add(
            Level level, EntryKind kind, String key, boolean had, String message, String remedy) {
        findings.add(Finding.weighed(level, RULE, kind, key, had, message, remedy));
    }
}
