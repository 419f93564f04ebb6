package io.postern.smtp;

import io.postern.policy.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One {@code Received} field as Exchange, Postfix and their like write it (RFC 5321 section 4.4).
 *
 * @param from what the client called itself, which proves nothing
 * @param fromAddress where the connection came from, as the writer of the field saw it; null = it
 *     does not say, or says more than one, as a client's name with brackets in it can cause
 * @param by who wrote the field; {@code Pickup} and {@code Replay} are Exchange's directories
 * @param byAddress its address; null = it does not say
 * @param with the protocol; empty = it does not say
 * @param isFrontend whether Exchange's front end took it from the client
 * @param date as it stands; empty = it does not say
 */
public record ReceivedField(
        String from,
        Address fromAddress,
        String by,
        Address byAddress,
        String with,
        boolean isFrontend,
        String date) {
    /** How a message came to whoever wrote the field. */
    public enum Kind {
        /** Over a connection. */
        SMTP,
        /** From a mailbox: Outlook, the web, or Exchange's own submission. */
        MAILBOX,
        /** As a file in Exchange's Pickup or Replay directory. */
        DIRECTORY
    }

    private static final List<String> DIRECTORIES = List.of("pickup", "replay");
    private static final List<String> CLAUSES =
            List.of("from", "by", "with", "id", "via", "for", "using");

    /** A word, or a comment without its brackets. */
    private record Token(String text, boolean isComment) {
        boolean isWord(String word) {
            return !isComment && text.equalsIgnoreCase(word);
        }

        boolean isClause() {
            return !isComment && CLAUSES.contains(text.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Reads one.
     *
     * @param text the field's body, unfolded
     * @return empty = it is none that can be relied on: no {@code from} or {@code by}, or two
     */
    public static Optional<ReceivedField> parse(String text) {
        List<Token> tokens = new ArrayList<>();
        int dateAt = tokens(text, tokens);
        if (count(tokens, "from") != 1 || count(tokens, "by") != 1) {
            return Optional.empty();
        }
        int from = at(tokens, "from");
        int by = at(tokens, "by");
        if (from != 0 || by < 2 || by + 1 >= tokens.size()) {
            return Optional.empty();
        }
        Token name = tokens.get(1);
        Token writer = tokens.get(by + 1);
        if (name.isComment() || writer.isComment()) {
            return Optional.empty();
        }
        List<Token> rest = tokens.subList(by + 2, tokens.size());
        return Optional.of(
                new ReceivedField(
                        name.text(),
                        only(tokens.subList(2, by)),
                        writer.text(),
                        only(rest.stream().takeWhile(Token::isComment).toList()),
                        clause(rest, "with"),
                        clause(rest, "via").equalsIgnoreCase("Frontend Transport"),
                        dateAt < 0 ? "" : text.substring(dateAt).strip()));
    }

    /** How the message came. */
    public Kind kind() {
        if (DIRECTORIES.contains(by.toLowerCase(Locale.ROOT))) {
            return Kind.DIRECTORY;
        }
        return with.equalsIgnoreCase("mapi") ? Kind.MAILBOX : Kind.SMTP;
    }

    private static long count(List<Token> tokens, String word) {
        return tokens.stream().filter(token -> token.isWord(word)).count();
    }

    private static int at(List<Token> tokens, String word) {
        int at = 0;
        while (!tokens.get(at).isWord(word)) {
            at++;
        }
        return at;
    }

    /** The words after that one, up to the next clause; empty = there is no such clause. */
    private static String clause(List<Token> tokens, String word) {
        StringBuilder words = new StringBuilder();
        boolean isIn = false;
        for (Token token : tokens) {
            if (token.isWord(word)) {
                isIn = true;
            } else if (isIn && token.isClause()) {
                break;
            } else if (isIn && !token.isComment()) {
                words.append(words.isEmpty() ? "" : " ").append(token.text());
            }
        }
        return words.toString();
    }

    /** The one address that the comments hold; null = none, or different ones. */
    private static Address only(List<Token> tokens) {
        List<Address> all =
                tokens.stream()
                        .filter(Token::isComment)
                        .map(token -> address(token.text()))
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
        return all.size() == 1 ? all.get(0) : null;
    }

    /** {@code 10.1.2.3}, {@code fe80::1%5}, or {@code host [IPv6:2001:db8::1]}. */
    private static Optional<Address> address(String comment) {
        String text = comment.strip();
        int open = text.lastIndexOf('[');
        int close = text.indexOf(']', open + 1);
        if (open >= 0 && close > open) {
            text = text.substring(open + 1, close);
        }
        if (text.regionMatches(true, 0, "IPv6:", 0, 5)) {
            text = text.substring(5);
        }
        int zone = text.indexOf('%');
        try {
            return Optional.of(Address.parse(zone < 0 ? text : text.substring(0, zone)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Splits into words and comments (RFC 5322 section 3.2.2), which may be nested.
     *
     * @return where the date begins; -1 = there is none
     */
    private static int tokens(String text, List<Token> tokens) {
        StringBuilder word = new StringBuilder();
        StringBuilder comment = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isBracket = c == '(' || c == ')' && depth > 0;
            if (depth == 0 && (c == ' ' || c == '\t' || c == ';' || c == '(')) {
                end(word, false, tokens);
            }
            if (depth == 0 && c == ';') {
                return i + 1;
            }
            if (isBracket) {
                boolean isOuter = c == '(' ? depth++ == 0 : --depth == 0;
                if (!isOuter) {
                    comment.append(c);
                } else if (c == ')') {
                    end(comment, true, tokens);
                }
            } else if (depth > 0) {
                comment.append(c);
            } else if (c != ' ' && c != '\t') {
                word.append(c);
            }
        }
        end(word, false, tokens);
        return -1;
    }

    private static void end(StringBuilder text, boolean isComment, List<Token> tokens) {
        if (!text.isEmpty() || isComment) {
            tokens.add(new Token(text.toString(), isComment));
            text.setLength(0);
        }
    }
}
