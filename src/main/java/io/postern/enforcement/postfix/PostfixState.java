package io.postern.enforcement.postfix;

import io.postern.policy.AddressSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What of a Postfix is Postern's business, as it should be or as it was read back: plain data for
 * an agent and its journal. Where its tables lie, the host knows best. Immutable.
 *
 * @param isKept false = as it was found, nothing of ours
 * @param found the parameters before the first write; an undo brings exactly these back
 * @param clients canonical texts of the addresses that are let in, tier INTERNAL and above
 * @param relay likewise of those that may send to any recipient, tier RELAY and above
 */
public record PostfixState(
        boolean isKept, PostfixParameters found, List<String> clients, List<String> relay) {
    public PostfixState {
        Objects.requireNonNull(found);
        clients = canonical(clients);
        relay = canonical(relay);
        if (!isKept && !(clients.isEmpty() && relay.isEmpty())) {
            throw new IllegalArgumentException("what is not kept has no tables");
        }
    }

    /** Nothing of ours. */
    public static PostfixState asFound(PostfixParameters found) {
        return new PostfixState(false, found, List.of(), List.of());
    }

    /** Of addresses that are let in, and those of them that may relay. */
    public static PostfixState of(PostfixParameters found, AddressSet clients, AddressSet relay) {
        return new PostfixState(true, found, clients.texts(), relay.texts());
    }

    private static List<String> canonical(List<String> texts) {
        return AddressSet.parse(texts.toArray(String[]::new)).texts();
    }

    AddressSet clientSet() {
        return AddressSet.parse(clients.toArray(String[]::new));
    }

    AddressSet relaySet() {
        return AddressSet.parse(relay.toArray(String[]::new));
    }

    /**
     * SHA-256, lower-case hex, over UTF-8 lines: {@code postern-postfix-1}, {@code kept=true} or
     * {@code kept=false}, then, only if kept, for each parameter of {@code found} in the order
     * client, relay {@code <name>=<value>} or {@code <name>} alone where it is not set, {@code
     * clients=<texts joined by commas>} and {@code relay=<likewise>}. What others set once nothing
     * of ours is there is theirs.
     */
    public String digest() {
        StringBuilder text = new StringBuilder("postern-postfix-1\nkept=").append(isKept);
        if (isKept) {
            for (String name : List.of(PostfixParameters.CLIENT, PostfixParameters.RELAY)) {
                String value = found.value(name);
                text.append('\n').append(name).append(value == null ? "" : "=" + value);
            }
            text.append("\nclients=").append(String.join(",", clients));
            text.append("\nrelay=").append(String.join(",", relay));
        }
        byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
