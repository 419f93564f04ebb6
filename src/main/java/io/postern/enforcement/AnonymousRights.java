package io.postern.enforcement;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What access entries give ANONYMOUS LOGON on each connector. */
final class AnonymousRights {
    static final String RELAY = "ms-Exch-SMTP-Accept-Any-Recipient";
    static final String SUBMIT = "ms-Exch-SMTP-Submit";
    private static final String ANONYMOUS_SID = "S-1-5-7";

    /** Whether it takes in ANONYMOUS LOGON is a setting of Windows that no export tells. */
    private static final String EVERYONE_SID = "s-1-1-0";

    /** The authority's name keeps its "NT" in every language; domain names hold no space. */
    private static final Pattern AUTHORITY = Pattern.compile("(^|.*[ -])nt([ -].*|$)");

    private static final Pattern ANONYMOUS =
            Pattern.compile(".*(anonym|anonim|anôn|anón|аноним).*");
    private static final Pattern OTHER_ACCOUNT =
            Pattern.compile(
                    ".*(authenti|autenti|прошедшие проверку|uwierzytelni|geverifieerde).*"
                            + "|system|self|local service|network service|network|interactive"
                            + "|service|batch|enterprise domain controllers");

    /** Whom an access entry names. */
    enum Who {
        ANONYMOUS,
        SOMEONE_ELSE,
        UNRECOGNISED
    }

    private final Map<String, List<ConnectorPermission>> byIdentity;

    /**
     * @param permissions null = not exported
     */
    AnonymousRights(List<ConnectorPermission> permissions) {
        byIdentity = new HashMap<>();
        if (permissions != null) {
            for (ConnectorPermission permission : permissions) {
                byIdentity
                        .computeIfAbsent(key(permission.identity()), k -> new ArrayList<>())
                        .add(permission);
            }
        }
    }

    private static String key(String identity) {
        return identity.toLowerCase(Locale.ROOT);
    }

    /** The entries of a connector; null = none were exported for it. */
    List<ConnectorPermission> of(ObservedConnector connector) {
        for (String identity : identities(connector)) {
            List<ConnectorPermission> found = byIdentity.get(key(identity));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<String> identities(ObservedConnector connector) {
        String dn = connector.distinguishedName();
        String guid = connector.guid();
        return List.of(
                connector.identity(),
                dn == null ? connector.identity() : dn,
                dn == null ? connector.identity() : CanonicalPath.of(dn),
                guid == null ? connector.identity() : guid);
    }

    /** The connector with what the entries say of it. */
    ReceiveConnector apply(ObservedConnector observed) {
        List<ConnectorPermission> entries = of(observed);
        ReceiveConnector connector = observed.connector();
        if (entries == null) {
            return connector;
        }
        Boolean submit = held(entries, SUBMIT);
        boolean denied = entries.stream().anyMatch(one -> denies(one, SUBMIT));
        Set<PermissionGroup> groups = EnumSet.noneOf(PermissionGroup.class);
        groups.addAll(connector.permissionGroups());
        if (Boolean.TRUE.equals(submit)) {
            groups.add(PermissionGroup.ANONYMOUS_USERS);
        } else if (denied) {
            groups.remove(PermissionGroup.ANONYMOUS_USERS);
        }
        return connector.withPermissionGroups(groups).withAnonymousRelay(held(entries, RELAY));
    }

    private static boolean denies(ConnectorPermission entry, String right) {
        return entry.deny() && who(entry.user()) == Who.ANONYMOUS && entry.isAbout(right);
    }

    /** Whether ANONYMOUS LOGON holds a right; null = an entry names nobody known. */
    static Boolean held(List<ConnectorPermission> entries, String right) {
        boolean allowed = false;
        boolean unrecognised = false;
        for (ConnectorPermission entry : entries) {
            if (denies(entry, right)) {
                return false;
            }
            Who who = who(entry.user());
            if (entry.isAbout(right)) {
                allowed |= !entry.deny() && who == Who.ANONYMOUS;
                unrecognised |= who == Who.UNRECOGNISED;
            }
        }
        return allowed ? Boolean.TRUE : unrecognised ? null : Boolean.FALSE;
    }

    /** Whom an account name or SID means, in any language of Windows. */
    static Who who(String user) {
        String name = user.strip().toLowerCase(Locale.ROOT);
        if (name.matches("s-1-[0-9-]+")) {
            return name.equalsIgnoreCase(ANONYMOUS_SID)
                    ? Who.ANONYMOUS
                    : name.equals(EVERYONE_SID) ? Who.UNRECOGNISED : Who.SOMEONE_ELSE;
        }
        int slash = name.indexOf('\\');
        if (slash < 0) {
            return name.equals("anonymous logon") ? Who.ANONYMOUS : Who.UNRECOGNISED;
        }
        String authority = name.substring(0, slash);
        String account = name.substring(slash + 1);
        if (!AUTHORITY.matcher(authority).matches()) {
            return authority.equals("ms exchange") || authority.indexOf(' ') < 0
                    ? Who.SOMEONE_ELSE
                    : Who.UNRECOGNISED;
        }
        if (ANONYMOUS.matcher(account).matches()) {
            return Who.ANONYMOUS;
        }
        return OTHER_ACCOUNT.matcher(account).matches() ? Who.SOMEONE_ELSE : Who.UNRECOGNISED;
    }
}
