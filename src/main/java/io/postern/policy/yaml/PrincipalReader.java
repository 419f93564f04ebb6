package io.postern.policy.yaml;

import io.postern.policy.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads principals, and names of principals where entries use them. */
final class PrincipalReader {
    static final List<String> KINDS = List.of("user", "gmsa", "computer", "group");

    /** Text form of a security identifier, [MS-DTYP] 2.4.2.1. */
    private static final Pattern SID =
            Pattern.compile("S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}", Pattern.CASE_INSENSITIVE);

    /** SYSTEM, LOCAL SERVICE, NETWORK SERVICE: the same SID on every computer. */
    private static final Set<String> SHARED = Set.of("S-1-5-18", "S-1-5-19", "S-1-5-20");

    private final ValueReader values;
    private final Map<String, String> ownerOfSid = new HashMap<>();

    PrincipalReader(ValueReader values) {
        this.values = values;
    }

    Principal principal(YamlNode node, String pointer) {
        String what = "a principal";
        if (!values.isObject(node, pointer, FileFields.PRINCIPAL, what)) {
            return null;
        }
        YamlNode nameNode = values.required(node, pointer, "name", what);
        String name = nameNode == null ? null : identity(nameNode, pointer + "/name", "a name");
        YamlNode kindNode = values.required(node, pointer, "kind", what);
        String kind = values.word(kindNode, pointer + "/kind", "a kind of principal", KINDS);
        String sid = sid(node, pointer, name);
        YamlNode memberNode = ValueReader.field(node, "members");
        List<String> members = null;
        if (memberNode != null) {
            members = identities(memberNode, pointer + "/members", "members");
            if (kind != null && !kind.equals("group")) {
                values.errors().add(memberNode, pointer + "/members", "only a group has members");
            }
        }
        return name == null || kind == null ? null : new Principal(name, sid, kind, members);
    }

    private String sid(YamlNode node, String pointer, String name) {
        YamlNode sidNode = ValueReader.field(node, "sid");
        String sid = sidNode == null ? null : values.name(sidNode, pointer + "/sid", "a SID");
        if (sid == null) {
            return null;
        }
        if (!SID.matcher(sid).matches()) {
            refuseNonSid(sidNode, pointer + "/sid");
            return null;
        }
        refuseNonIdentity(sidNode, pointer + "/sid");
        String first = ownerOfSid.putIfAbsent(sid.toUpperCase(Locale.ROOT), String.valueOf(name));
        if (first != null) {
            values.errors()
                    .add(
                            sidNode,
                            pointer + "/sid",
                            "SID "
                                    + sid
                                    + " already belongs to '"
                                    + PolicyErrors.shown(first)
                                    + "'");
        }
        return sid;
    }

    List<String> identities(YamlNode node, String pointer, String what) {
        List<String> names = values.names(node, pointer, what);
        List<YamlNode> items = node.isSequence() ? node.items() : List.of();
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).isText() && mayBeNoIdentity(items.get(i).text())) {
                refuseNonIdentity(items.get(i), PolicyErrors.child(pointer, i));
            }
        }
        return names;
    }

    /** A name or SID that may stand for a principal. */
    String identity(YamlNode node, String pointer, String what) {
        String name = values.name(node, pointer, what);
        if (name != null) {
            refuseNonIdentity(node, pointer);
        }
        return name;
    }

    private static boolean mayBeNoIdentity(String text) {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        return first == 'S' || first == 's' || first == '(' || first == '*';
    }

    private void refuseNonIdentity(YamlNode node, String pointer) {
        String text = node.text();
        boolean sid = text.regionMatches(true, 0, "S-1-", 0, 4);
        if (sid && SHARED.contains(text.toUpperCase(Locale.ROOT))) {
            values.errors()
                    .add(
                            node,
                            pointer,
                            text
                                    + " is the same on every computer; name the computer account"
                                    + " in accounts instead (SYSTEM acts as its computer)");
        } else if (text.equalsIgnoreCase("(none)") || text.equalsIgnoreCase("(other)")) {
            values.errors()
                    .add(node, pointer, "'" + text + "' belongs to requests and is no principal");
        } else if (text.equals("*")) {
            values.errors()
                    .add(node, pointer, "'*' is no principal; leave the list out to not ask");
        } else if (sid && !SID.matcher(text).matches()) {
            refuseNonSid(node, pointer);
        }
    }

    private void refuseNonSid(YamlNode node, String pointer) {
        values.errors()
                .add(
                        node,
                        pointer,
                        "'"
                                + PolicyErrors.shown(node.text())
                                + "' is not a SID such as S-1-5-21-1-2-3-515");
    }

    void warnOfUndeclaredMembers(YamlNode node, String pointer, Names names) {
        YamlNode members = node.isMapping() ? ValueReader.field(node, "members") : null;
        if (members != null && members.isSequence()) {
            warnOfUndeclared(members, pointer + "/members", names);
        }
    }

    void warnOfUndeclared(YamlNode list, String pointer, Names names) {
        for (int i = 0; i < list.items().size(); i++) {
            YamlNode item = list.items().get(i);
            if (item.isText() && names.principal(item.text()).isEmpty()) {
                values.errors()
                        .warn(
                                item,
                                PolicyErrors.child(pointer, i),
                                "'"
                                        + PolicyErrors.shown(item.text())
                                        + "' is not declared in principals; it counts as one of"
                                        + " its own");
            }
        }
    }
}
