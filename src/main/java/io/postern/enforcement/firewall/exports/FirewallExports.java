package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.List;
import java.util.Map;

/** Placeholder of the reading class; replaced when its branch is merged. */
public final class FirewallExports {
    private FirewallExports() {}

    /** Reads nothing yet. */
    public static ObservedFirewall read(Map<String, byte[]> files) throws ExportException {
        throw new ExportException(
                List.of(files.keySet().iterator().next() + ":1:1: cannot be read yet"));
    }
}
