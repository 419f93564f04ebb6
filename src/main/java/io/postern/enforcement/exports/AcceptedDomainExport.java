package io.postern.enforcement.exports;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.AcceptedDomain.Type;
import io.postern.enforcement.VisibleText;
import java.util.Map;

/** Makes accepted domains of exported objects (Get-AcceptedDomain). */
final class AcceptedDomainExport {
    private static final Map<Integer, Type> TYPES =
            Map.of(0, Type.AUTHORITATIVE, 1, Type.EXTERNAL_RELAY, 2, Type.INTERNAL_RELAY);

    private final ExportFaults faults;
    private final ExportValues values;

    AcceptedDomainExport(ExportFaults faults) {
        this.faults = faults;
        values = new ExportValues(faults);
    }

    static boolean isOne(ExportNode object) {
        return object.member("DomainName") != null
                        && (object.member("DomainType") != null || object.member("Default") != null)
                || object.types.stream().anyMatch(type -> type.endsWith(".AcceptedDomain"));
    }

    /** The domain; null = a fault was told. */
    AcceptedDomain read(ExportNode object) {
        String domain = domain(object.member("DomainName"));
        if (domain == null || domain.isBlank()) {
            faults.add(object, "an accepted domain does not say its DomainName");
            return null;
        }
        String who = "accepted domain '" + VisibleText.of(domain) + "'";
        ExportNode written = object.member("DomainType");
        Type type = values.one(object, "DomainType", TYPES, Type::word, who);
        if (type == null) {
            if (written == null || written.isNothing()) {
                faults.add(object, who + " does not say its DomainType");
            }
            return null;
        }
        String name = ExportValues.text(object, "Name");
        return new AcceptedDomain(
                name == null ? domain : name,
                domain,
                type,
                Boolean.TRUE.equals(values.bool(object, "Default", who)));
    }

    private static String domain(ExportNode name) {
        if (name == null) {
            return null;
        }
        if (name.text == null && isTrue(name.member("IsStar"))) {
            return "*";
        }
        String text = name.textOr("Address");
        if (text != null) {
            return text.strip();
        }
        String plain = ExportValues.text(name, "Domain", "Domain");
        plain = plain == null ? ExportValues.text(name, "SmtpDomain", "Domain") : plain;
        return plain != null && isTrue(name.member("IncludeSubDomains")) ? "*." + plain : plain;
    }

    private static boolean isTrue(ExportNode value) {
        return value != null && "true".equalsIgnoreCase(value.text);
    }
}
