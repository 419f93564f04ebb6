package io.postern.enforcement.exports;

import io.postern.enforcement.ConnectorPermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes access entries of exported objects (Get-ADPermission). */
final class PermissionExport {
    private static final String ANONYMOUS_SID = "S-1-5-7";
    private static final int EXTENDED_RIGHT = 0x100;

    private final ExportFaults faults;
    private final ExportValues values;

    PermissionExport(ExportFaults faults) {
        this.faults = faults;
        values = new ExportValues(faults);
    }

    static boolean isOne(ExportNode object) {
        return object.member("User") != null
                        && (object.member("ExtendedRights") != null
                                || object.member("AccessRights") != null)
                || object.types.stream().anyMatch(type -> type.endsWith("ADAcePresentationObject"));
    }

    /** The entry; null = a fault was told. */
    ConnectorPermission read(ExportNode object) {
        String identity = identity(object.member("Identity"));
        if (identity == null) {
            faults.add(object, "an access entry does not say its Identity (the connector)");
            return null;
        }
        String user = user(object);
        if (user == null) {
            faults.add(object, "an access entry does not say its User");
            return null;
        }
        Boolean deny = values.bool(object, "Deny", "an access entry");
        if (deny == null) {
            faults.add(object, "an access entry does not say whether it denies (Deny)");
            return null;
        }
        Boolean inherited = values.bool(object, "IsInherited", "an access entry");
        return new ConnectorPermission(
                identity, user, deny, Boolean.TRUE.equals(inherited), rights(object));
    }

    private static String identity(ExportNode identity) {
        if (identity == null) {
            return null;
        }
        ExportNode dn = identity.member("DistinguishedName");
        boolean named = identity.text != null && identity.text.indexOf('\\') >= 0;
        return !named && dn != null && dn.text != null
                ? dn.text
                : identity.textOr("DistinguishedName", "Name");
    }

    /** The account's name, or its SID where the SID says more than the name. */
    private static String user(ExportNode object) {
        ExportNode user = object.member("User");
        String sid = ExportValues.text(object, "UserSid", "Value");
        if (sid == null && user != null) {
            sid = ExportValues.text(user, "SecurityIdentifier", "Value");
        }
        String name = user == null ? null : user.textOr("RawIdentity", "Name");
        return ANONYMOUS_SID.equalsIgnoreCase(sid) || name == null || name.isBlank() ? sid : name;
    }

    private static List<String> rights(ExportNode object) {
        List<String> rights = new ArrayList<>();
        ExportNode extended = object.member("ExtendedRights");
        if (extended != null) {
            for (ExportNode right : extended.values()) {
                String text = right.textOr("RawIdentity", "Name");
                for (String one : text == null ? new String[0] : text.split(",")) {
                    if (!one.isBlank()) {
                        rights.add(one.strip());
                    }
                }
            }
        }
        if (isFull(object.member("AccessRights"), rights.isEmpty())) {
            rights.add(ConnectorPermission.EVERY_RIGHT);
        }
        return rights;
    }

    /** GenericAll, or extended rights without saying which, holds all of them. */
    private static boolean isFull(ExportNode access, boolean unnamed) {
        if (access == null) {
            return false;
        }
        for (ExportNode right : access.values()) {
            String text = right.text == null ? "" : right.text.toLowerCase(Locale.ROOT);
            if (text.matches("[0-9]{1,9}")) {
                int bits = Integer.parseInt(text);
                if ((bits & EXTENDED_RIGHT) != 0 && unnamed) {
                    return true;
                }
            } else if (text.contains("genericall") || unnamed && text.contains("extendedright")) {
                return true;
            }
        }
        return false;
    }
}
