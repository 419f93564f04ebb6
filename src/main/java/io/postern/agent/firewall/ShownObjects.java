package io.postern.agent.firewall;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.exports.FirewallExports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The objects that scripts showed, as text, in the lists that {@link FirewallExports} reads. The
 * text of an object is how a later script knows that it is still as it was. Immutable.
 */
record ShownObjects(List<Shown> objects) {
    static final String RULES = "rules";
    static final String SECURITY_RULES = "securityRules";
    private static final String LOCAL_STORE = "PersistentStore";
    private static final Set<String> FILTERS =
            Set.of(
                    "portFilters",
                    "addressFilters",
                    "securityFilters",
                    "applicationFilters",
                    "serviceFilters",
                    "interfaceFilters",
                    "interfaceTypeFilters");
    private static final List<String> LISTS =
            List.of("profiles", RULES, SECURITY_RULES, "phase1Sets", "phase2Sets");
    private static final JsonFactory JSON = new JsonFactory();

    ShownObjects {
        objects = List.copyOf(objects);
    }

    /**
     * One object.
     *
     * @param list where it belongs
     * @param name its InstanceID; empty for a profile
     * @param local whether it is of the store that is written to
     * @param json as the script wrote it
     */
    record Shown(String list, String name, boolean local, String json) {
        /**
         * Reads a line {@code list {json}}.
         *
         * @throws IOException if it is not one
         */
        static Shown parse(String line) throws IOException {
            int blank = line.indexOf(' ');
            String list = blank < 0 ? line : line.substring(0, blank);
            if (blank < 0 || !FILTERS.contains(list) && !LISTS.contains(list)) {
                throw new IOException("the script shows an object of no known list");
            }
            String json = line.substring(blank + 1);
            try (JsonParser parser = JSON.createParser(json)) {
                return parse(list, json, parser);
            } catch (JsonProcessingException e) {
                throw new IOException(
                        "the script shows an object that is no JSON: " + e.getOriginalMessage(), e);
            }
        }

        private static Shown parse(String list, String json, JsonParser parser) throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the script shows something that is no object");
            }
            String name = "";
            String store = "";
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String property = parser.currentName();
                parser.nextToken();
                if (property.equals("InstanceID")) {
                    name = parser.getText();
                } else if (property.equals("PolicyStore")) {
                    store = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("the script shows an object that goes on after its end");
            }
            if (name.isEmpty() && !list.equals("profiles")) {
                throw new IOException("the script shows an object without InstanceID");
            }
            return new Shown(list, name, store.equals(LOCAL_STORE), json);
        }

        private String line() {
            return list + " " + json;
        }
    }

    static ShownObjects parse(List<String> lines) throws IOException {
        List<Shown> objects = new ArrayList<>();
        for (String line : lines) {
            objects.add(Shown.parse(line));
        }
        return new ShownObjects(objects);
    }

    /** What they say, with how messages call them. */
    ObservedFirewall observed() throws IOException {
        try {
            return FirewallExports.read(
                    Map.of("firewall", json().getBytes(StandardCharsets.UTF_8)));
        } catch (ExportException e) {
            List<String> lines = e.lines();
            throw new IOException(
                    "the firewall cannot be read: "
                            + lines.get(0)
                            + (lines.size() > 1 ? " (and " + (lines.size() - 1) + " more)" : ""),
                    e);
        }
    }

    /** All of them in the form that {@link FirewallExports} reads. */
    String json() {
        Map<String, StringBuilder> lists = new LinkedHashMap<>();
        LISTS.forEach(list -> lists.put(list, new StringBuilder()));
        for (Shown object : objects) {
            StringBuilder list = lists.computeIfAbsent(object.list(), any -> new StringBuilder());
            list.append(list.isEmpty() ? "\n" : ",\n").append(object.json());
        }
        StringBuilder whole = new StringBuilder("{");
        lists.forEach(
                (list, text) -> {
                    whole.append(whole.length() == 1 ? "" : ",");
                    whole.append("\n\"").append(list).append("\": [").append(text).append("]");
                });
        return whole.append("\n}\n").toString();
    }

    /**
     * The text of a local object and its filters, as scripts compare it; empty = it is not there.
     */
    String text(String list, String name) {
        List<String> lines = new ArrayList<>();
        for (Shown object : objects) {
            if (belongs(object, list, name, false)) {
                lines.add(object.line());
            }
        }
        lines.sort(null);
        return String.join("\n", lines);
    }

    /**
     * The same with what is shown in place of a local object and its filters; nothing shown = it is
     * gone.
     *
     * @throws IOException if something else is shown
     */
    ShownObjects replaced(String list, String name, ShownObjects shown) throws IOException {
        List<Shown> after = new ArrayList<>();
        for (Shown object : objects) {
            if (!belongs(object, list, name, true)) {
                after.add(object);
            }
        }
        for (Shown object : shown.objects) {
            if (!belongs(object, list, name, true)) {
                throw new IOException("the script read back something else than '" + name + "'");
            }
            after.add(object);
        }
        return new ShownObjects(after);
    }

    private static boolean belongs(Shown object, String list, String name, boolean anyCase) {
        boolean hasFilters = list.equals(RULES) || list.equals(SECURITY_RULES);
        return object.local()
                && (object.list().equals(list) || hasFilters && FILTERS.contains(object.list()))
                && (anyCase
                        ? object.name()
                                .toLowerCase(Locale.ROOT)
                                .equals(name.toLowerCase(Locale.ROOT))
                        : object.name().equals(name));
    }
}
