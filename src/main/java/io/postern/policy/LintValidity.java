package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds entries that match nothing, match no more, or hold for more addresses than their tier
 * bears.
 */
final class LintValidity {
    private static final AddressRange MAPPED =
            new AddressRange(
                    Address.ipv6(0, 0xFFFF_0000_0000L), Address.ipv6(0, 0xFFFF_FFFF_FFFFL));

    /** A relay or trusted grant for more than so large a network is probably a mistake. */
    private static final int RELAY_PREFIX_V4 = 24;

    private static final int RELAY_PREFIX_V6 = 64;

    private final LintSpace space;
    private final Guardrails guardrails;
    private final Instant at;
    private final List<Finding> findings = new ArrayList<>();

    LintValidity(LintSpace space, Guardrails guardrails, Instant at) {
        this.space = space;
        this.guardrails = guardrails;
        this.at = at;
        for (LintEntry entry : space.grants()) {
            Grant grant = space.policy().grants().get(entry.position());
            neverValid(entry);
            if (space.hasTime(entry)) {
                expired(grant);
            }
            tooWide(grant);
            ipv6Only(entry, grant.from());
        }
        for (LintEntry entry : space.blocks()) {
            Block block = space.policy().blocks().get(entry.position());
            neverValid(entry);
            reminderDue(block);
            ipv6Only(entry, block.from());
        }
    }

    List<Finding> findings() {
        return findings;
    }

    boolean isExpired(LintEntry entry) {
        return entry.until() <= at.getEpochSecond();
    }

    private void neverValid(LintEntry entry) {
        String subject = (entry.isBlock() ? "Block '" : "Grant '") + entry.key() + "' ";
        if (!space.hasTime(entry)) {
            add(
                    PolicyCheck.NEVER_VALID,
                    entry,
                    subject + "expires before it begins.",
                    "Correct notBefore or expires, or remove the grant.");
        } else if (!space.hasAddresses(entry)) {
            add(
                    PolicyCheck.NEVER_VALID,
                    entry,
                    subject
                            + "matches no address: all of them are excepted, or its sets are empty.",
                    "Correct addresses or except, or remove it.");
        } else if (!space.hasIdentities(entry)) {
            add(
                    PolicyCheck.NEVER_VALID,
                    entry,
                    subject + "matches nobody: the groups it names have no members.",
                    "Name groups with members, or remove it.");
        } else if (!space.hasPlaces(entry)) {
            add(
                    PolicyCheck.NEVER_VALID,
                    entry,
                    subject + "applies nowhere: none of its servers has one of its ports.",
                    "Correct servers or ports, or remove it.");
        }
    }

    private void expired(Grant grant) {
        if (grant.expires() != null && !grant.expires().isAfter(at)) {
            findings.add(
                    Finding.advice(
                            PolicyCheck.EXPIRED,
                            EntryKind.GRANT,
                            grant.key(),
                            "Grant '"
                                    + grant.key()
                                    + "' expired at "
                                    + grant.expires()
                                    + " and opens nothing.",
                            "Remove it, or set a later expires if it is still needed."));
        }
    }

    /** A block's expires is a reminder for people. */
    private void reminderDue(Block block) {
        if (block.expires() != null && !block.expires().isAfter(at)) {
            findings.add(
                    Finding.advice(
                            PolicyCheck.EXPIRED,
                            EntryKind.BLOCK,
                            block.key(),
                            "Block '"
                                    + block.key()
                                    + "' was to be looked at by "
                                    + block.expires()
                                    + "; it still blocks.",
                            "Remove it if it is no longer needed, or set a later expires."));
        }
    }

    /** What the guardrails on prefixes already tell is not told twice. */
    private void tooWide(Grant grant) {
        if (grant.tier().compareTo(Tier.RELAY) < 0 || grant.from().addresses().isAny()) {
            return;
        }
        AddressSet set = grant.from().addresses().set();
        int v4 = GuardrailCheck.shortestPrefix(set, AddressFamily.IPV4);
        int v6 = GuardrailCheck.shortestPrefix(set, AddressFamily.IPV6);
        boolean told =
                v4 < guardrails.of(GuardrailRule.MAX_PREFIX_V4).limit()
                        || v6 < guardrails.of(GuardrailRule.MAX_PREFIX_V6).limit();
        if (!told && (v4 < RELAY_PREFIX_V4 || v6 < RELAY_PREFIX_V6)) {
            findings.add(
                    Finding.advice(
                            PolicyCheck.TOO_WIDE,
                            EntryKind.GRANT,
                            grant.key(),
                            "Grant '"
                                    + grant.key()
                                    + "' gives "
                                    + grant.tier().word()
                                    + " to a network wider than /"
                                    + RELAY_PREFIX_V4
                                    + " (IPv4) or /"
                                    + RELAY_PREFIX_V6
                                    + " (IPv6).",
                            "Give it to the few hosts that need it, or lower the tier."));
        }
    }

    /** ::/0 looks like everything and is not: IPv4 is never matched by it. */
    private void ipv6Only(LintEntry entry, From from) {
        for (AddressRange range : from.addresses().set().ranges()) {
            if (range.family() == AddressFamily.IPV6 && range.overlaps(MAPPED)) {
                add(
                        PolicyCheck.IPV6_ONLY,
                        entry,
                        (entry.isBlock() ? "Block '" : "Grant '")
                                + entry.key()
                                + "' has an IPv6 range around ::ffff:0:0/96; it never matches"
                                + " an IPv4 address.",
                        "Write the IPv4 range beside it if IPv4 is meant.");
                return;
            }
        }
    }

    private void add(String rule, LintEntry entry, String message, String remedy) {
        findings.add(Finding.advice(rule, entry.kind(), entry.key(), message, remedy));
    }
}
