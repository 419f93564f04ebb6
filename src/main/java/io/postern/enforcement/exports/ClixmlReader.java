package io.postern.enforcement.exports;

import io.postern.enforcement.VisibleText;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads what Export-Clixml wrote. Document types and entities are refused; depth, elements and
 * texts are bounded.
 */
final class ClixmlReader {
    static final int MAX_DEPTH = 64;
    static final int MAX_ELEMENTS = 5_000_000;
    static final int MAX_TEXT = 1024 * 1024;
    private static final Set<String> NUMBERS =
            Set.of("I16", "I32", "I64", "By", "SB", "U16", "U32", "U64");
    private static final Set<String> LISTS = Set.of("LST", "IE", "QUE", "STK");

    private final XMLStreamReader xml;
    private final Map<String, ExportNode> objects = new HashMap<>();
    private final Map<String, List<String>> types = new HashMap<>();
    private int elements;
    private int line = 1;
    private int column = 1;
    private int depth;

    private ClixmlReader(XMLStreamReader xml) {
        this.xml = xml;
    }

    /** Every object of the file, lists of objects taken apart. */
    static List<ExportNode> read(String text) throws UnreadableException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader xml = null;
        try {
            xml = factory.createXMLStreamReader(new StringReader(text));
            return new ClixmlReader(xml).document();
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            int column =
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNumber());
            throw new UnreadableException(line, column, "not well-formed XML: " + message(e));
        }
    }

    private static String message(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int at = message.indexOf("Message: ");
        return VisibleText.of(at < 0 ? message : message.substring(at + 9));
    }

    private UnreadableException refused(String message) {
        return new UnreadableException(line, column, message);
    }

    /** The next event; what could make the parser reach out or swell is refused here. */
    private int next() throws XMLStreamException, UnreadableException {
        // Where this event begins; the parser stands behind it afterwards, and after a text it has
        // already taken the next '<'.
        line = Math.max(1, xml.getLocation().getLineNumber());
        column = Math.max(1, xml.getLocation().getColumnNumber() - (xml.isCharacters() ? 1 : 0));
        int event = xml.next();
        if (event == XMLStreamConstants.DTD) {
            throw refused("a document type declaration is not allowed in an export");
        }
        if (event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw refused("entities are not allowed in an export");
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
            if (++elements > MAX_ELEMENTS) {
                throw refused("more than " + MAX_ELEMENTS + " elements");
            }
            if (++depth > MAX_DEPTH) {
                throw refused("nested deeper than " + MAX_DEPTH + " elements");
            }
        } else if (event == XMLStreamConstants.END_ELEMENT) {
            depth--;
        }
        return event;
    }

    private List<ExportNode> document() throws XMLStreamException, UnreadableException {
        List<ExportNode> read = new ArrayList<>();
        while (xml.hasNext()) {
            if (next() == XMLStreamConstants.START_ELEMENT) {
                if (!xml.getLocalName().equals("Objs")) {
                    throw refused(
                            "not an Export-Clixml file: its root element is <"
                                    + VisibleText.of(xml.getLocalName())
                                    + ">, not <Objs>");
                }
                while (next() != XMLStreamConstants.END_ELEMENT) {
                    if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                        read.addAll(value().values());
                    }
                }
            }
        }
        return read;
    }

    /** The value that starts here; the reader stands on its end afterwards. */
    private ExportNode value() throws XMLStreamException, UnreadableException {
        String element = xml.getLocalName();
        ExportNode node = new ExportNode(line, column);
        if (element.equals("Obj")) {
            object(node);
        } else if (element.equals("Ref")) {
            String id = xml.getAttributeValue(null, "RefId");
            ExportNode known = objects.get(id);
            if (known == null) {
                throw refused("<Ref> to an object " + shown(id) + " that does not come before it");
            }
            text();
            return known;
        } else if (element.equals("Nil")) {
            text();
        } else if (element.equals("BA")) {
            // Serialised bytes mean nothing to us and are most of a file.
            skip();
        } else if (NUMBERS.contains(element)) {
            node.text = text().strip();
            node.number = node.text;
        } else {
            node.text = unescaped(text());
        }
        return node;
    }

    private static String shown(String id) {
        return id == null ? "without RefId" : "'" + VisibleText.of(id) + "'";
    }

    private void object(ExportNode node) throws XMLStreamException, UnreadableException {
        String id = xml.getAttributeValue(null, "RefId");
        if (id != null) {
            objects.put(id, node);
        }
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                part(node);
            }
        }
    }

    private void part(ExportNode node) throws XMLStreamException, UnreadableException {
        String element = xml.getLocalName();
        switch (element) {
            case "TN" -> typeNames(node);
            case "TNRef" -> {
                node.types = types.getOrDefault(xml.getAttributeValue(null, "RefId"), List.of());
                text();
            }
            case "ToString" -> node.text = unescaped(text());
            case "Props", "MS" -> members(node);
            case "DCT" -> dictionary(node);
            default -> {
                if (LISTS.contains(element)) {
                    node.beList();
                    while (next() != XMLStreamConstants.END_ELEMENT) {
                        if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                            node.addItem(value());
                        }
                    }
                } else {
                    ExportNode base = value();
                    node.number = base.number;
                    node.text = node.text == null ? base.text : node.text;
                }
            }
        }
    }

    private void typeNames(ExportNode node) throws XMLStreamException, UnreadableException {
        String id = xml.getAttributeValue(null, "RefId");
        List<String> names = new ArrayList<>();
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                names.add(text().strip());
            }
        }
        node.types = names;
        if (id != null) {
            types.put(id, names);
        }
    }

    private void members(ExportNode node) throws XMLStreamException, UnreadableException {
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                String name = xml.getAttributeValue(null, "N");
                boolean bytes = xml.getLocalName().equals("BA");
                ExportNode value = value();
                if (name != null && !bytes) {
                    node.addMember(unescaped(name), value);
                }
            }
        }
    }

    /** A hashtable's entries become members. */
    private void dictionary(ExportNode node) throws XMLStreamException, UnreadableException {
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                ExportNode entry = new ExportNode(line, column);
                members(entry);
                ExportNode key = entry.member("Key");
                ExportNode value = entry.member("Value");
                if (key != null && key.text != null && value != null) {
                    node.addMember(key.text, value);
                }
            }
        }
    }

    /** The text up to the end of this element; elements within it add nothing. */
    private String text() throws XMLStreamException, UnreadableException {
        StringBuilder text = new StringBuilder();
        int startLine = line;
        int startColumn = column;
        int inner = depth;
        while (next() != XMLStreamConstants.END_ELEMENT || depth >= inner) {
            if (xml.isCharacters()) {
                if (text.length() + xml.getTextLength() > MAX_TEXT) {
                    throw new UnreadableException(
                            startLine,
                            startColumn,
                            "a text longer than " + MAX_TEXT + " characters");
                }
                text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
            }
        }
        return text.toString();
    }

    private void skip() throws XMLStreamException, UnreadableException {
        int inner = depth;
        while (next() != XMLStreamConstants.END_ELEMENT || depth >= inner) {
            continue;
        }
    }

    /** PowerShell writes what XML cannot hold as {@code _x000A_}. */
    static String unescaped(String text) {
        int at = text.indexOf("_x");
        if (at < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        int from = 0;
        while (at >= 0) {
            int code = code(text, at);
            if (code >= 0) {
                plain.append(text, from, at).append((char) code);
                from = at + 7;
            }
            at = text.indexOf("_x", code >= 0 ? from : at + 2);
        }
        return plain.append(text, from, text.length()).toString();
    }

    private static int code(String text, int at) {
        if (at + 7 > text.length() || text.charAt(at + 6) != '_') {
            return -1;
        }
        int code = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
