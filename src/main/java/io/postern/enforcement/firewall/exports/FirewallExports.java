package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExchangeExports;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.exports.ExportText;
import io.postern.enforcement.exports.JsonExportReader;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.Map;

/**
 * Reads what a server's firewall exports: the JSON of our read script (objects of the NetSecurity
 * cmdlets, joined here by their InstanceID), or the registry keys {@code FirewallRules}, {@code
 * ConSecRules} and those of the profiles, as {@code reg export} or as JSON of names and data. What
 * a file holds is recognised by its content. Nothing in a file is executed or fetched; names are
 * text, whatever characters they hold.
 *
 * <p>What is missing is read so that nothing looks more closed than it is: a rule that allows
 * counts as open where its filter is missing, one that blocks as blocking nothing (protocol {@value
 * RuleDraft#UNKNOWN}).
 */
public final class FirewallExports {
    /** Largest file: 64 MiB. */
    public static final int MAX_BYTES = ExchangeExports.MAX_BYTES;

    /** Most rules, inbound and outbound together. */
    public static final int MAX_RULES = CollectedFirewall.MAX_RULES;

    private FirewallExports() {}

    /**
     * Everything that the files say together about one server.
     *
     * @param files the bytes by the name to use in messages, in the order to read them
     * @throws ExportException with every fault found, up to 100
     */
    public static ObservedFirewall read(Map<String, byte[]> files) throws ExportException {
        CollectedFirewall collected = new CollectedFirewall();
        files.forEach((name, bytes) -> file(name, bytes, collected));
        if (collected.faults.count() > 0) {
            throw new ExportException(collected.faults.lines());
        }
        return collected.observed();
    }

    private static void file(String name, byte[] bytes, CollectedFirewall into) {
        into.faults.in(VisibleText.of(name));
        if (bytes.length > MAX_BYTES) {
            into.faults.add(1, 1, "the file is larger than " + MAX_BYTES + " bytes (64 MiB)");
            return;
        }
        try {
            text(ExportText.of(bytes), into);
        } catch (UnreadableException e) {
            into.faults.add(e.line, e.column, e.getMessage());
        }
    }

    private static void text(String text, CollectedFirewall into) throws UnreadableException {
        String start = text.stripLeading();
        if (RegistryText.isOne(start)) {
            new RegistryForm(into).readKeys(RegistryText.read(text));
        } else if (start.startsWith("{") || start.startsWith("[")) {
            ExportNode whole = JsonExportReader.whole(text);
            if (CmdletForm.isOne(whole)) {
                new CmdletForm(whole, into).read();
            } else {
                new RegistryForm(into).readJson(whole);
            }
        } else {
            throw new UnreadableException(
                    1,
                    1,
                    start.isEmpty()
                            ? "the file is empty"
                            : "neither JSON of the read script nor a registry export (reg export)");
        }
    }
}
