package io.postern.enforcement.exports;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPermission;
import io.postern.enforcement.ObservedConnector;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads exports of Get-ReceiveConnector, Get-ADPermission and Get-AcceptedDomain, as Export-Clixml
 * or ConvertTo-Json wrote them. What a file holds is recognised by its content. Nothing in a file
 * is executed or fetched; names are text, whatever characters they hold.
 */
public final class ExchangeExports {
    /** Largest file: 64 MiB. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private final ExportFaults faults = new ExportFaults();
    private final ConnectorExport connectorExport = new ConnectorExport(faults);
    private final PermissionExport permissionExport = new PermissionExport(faults);
    private final AcceptedDomainExport domainExport = new AcceptedDomainExport(faults);
    private final List<ObservedConnector> connectors = new ArrayList<>();
    private final List<ConnectorPermission> permissions = new ArrayList<>();
    private final List<AcceptedDomain> acceptedDomains = new ArrayList<>();
    private final Map<String, List<ObservedConnector>> byIdentity = new HashMap<>();
    private boolean hasPermissions;
    private boolean hasDomains;

    private ExchangeExports() {}

    /**
     * Everything that the files say together.
     *
     * @param files the bytes by the name to use in messages, in the order to read them
     * @throws ExportException with every fault found, up to 100
     */
    public static ObservedExchange read(Map<String, byte[]> files) throws ExportException {
        ExchangeExports exports = new ExchangeExports();
        files.forEach(exports::file);
        if (exports.faults.count() > 0) {
            throw new ExportException(exports.faults.lines());
        }
        return new ObservedExchange(
                exports.connectors,
                exports.hasPermissions ? exports.permissions : null,
                exports.hasDomains ? exports.acceptedDomains : null,
                exports.faults.notes());
    }

    private void file(String name, byte[] bytes) {
        faults.in(VisibleText.of(name));
        if (bytes.length > MAX_BYTES) {
            faults.add(1, 1, "the file is larger than " + MAX_BYTES + " bytes (64 MiB)");
            return;
        }
        try {
            List<ExportNode> objects = objects(ExportText.of(bytes));
            if (objects.isEmpty()) {
                faults.add(1, 1, "the export holds no object; export again");
            }
            objects.forEach(this::object);
        } catch (UnreadableException e) {
            faults.add(e.line, e.column, e.getMessage());
        }
    }

    private static List<ExportNode> objects(String text) throws UnreadableException {
        String start = text.stripLeading();
        if (start.startsWith("<")) {
            return ClixmlReader.read(text);
        }
        if (start.startsWith("{") || start.startsWith("[")) {
            return JsonExportReader.read(text);
        }
        throw new UnreadableException(
                1,
                1,
                start.isEmpty()
                        ? "the file is empty"
                        : "neither CLIXML nor JSON; use Export-Clixml or ConvertTo-Json");
    }

    private void object(ExportNode object) {
        if (ConnectorExport.isOne(object)) {
            ObservedConnector connector = connectorExport.read(object);
            if (connector != null) {
                add(object, connector);
            }
        } else if (PermissionExport.isOne(object)) {
            hasPermissions = true;
            ConnectorPermission permission = permissionExport.read(object);
            if (permission != null) {
                permissions.add(permission);
            }
        } else if (AcceptedDomainExport.isOne(object)) {
            hasDomains = true;
            AcceptedDomain domain = domainExport.read(object);
            if (domain != null) {
                acceptedDomains.add(domain);
            }
        } else {
            faults.add(
                    object,
                    "neither a receive connector, nor an access entry, nor an accepted domain"
                            + (object.types.isEmpty()
                                    ? ""
                                    : " but " + VisibleText.of(object.types.get(0))));
        }
    }

    private void add(ExportNode object, ObservedConnector connector) {
        List<ObservedConnector> namesakes =
                byIdentity.computeIfAbsent(
                        connector.identity().toLowerCase(Locale.ROOT), any -> new ArrayList<>(1));
        if (namesakes.contains(connector)) {
            faults.note(
                    object,
                    "connector '"
                            + VisibleText.of(connector.connector().name())
                            + "' stands there twice, the same; read once");
        } else {
            namesakes.add(connector);
            connectors.add(connector);
        }
    }
}
