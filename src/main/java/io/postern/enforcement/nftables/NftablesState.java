package io.postern.enforcement.nftables;

import io.postern.policy.AddressSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Our table of one server, as it should be or as it was read back: plain data for an agent and its
 * journal. It only drops: whoever is not allowed on a port it keeps. Immutable.
 *
 * @param hook null = there is no table of ours
 * @param addresses the server's addresses, as {@link AddressSet#texts} gives them; empty with
 *     {@link NftablesHook#INPUT}, where every local address counts
 * @param openings by their first port; a port is in one of them at most
 */
public record NftablesState(NftablesHook hook, List<String> addresses, List<Opening> openings) {
    /** No table of ours. */
    public static final NftablesState ABSENT = new NftablesState(null, List.of(), List.of());

    /**
     * Ports with the same openings.
     *
     * @param ports 1 to 65535, ascending, one or more
     * @param allowed who is let through, as {@link AddressSet#texts} gives it; empty = nobody
     */
    public record Opening(List<Integer> ports, List<String> allowed) {
        public Opening {
            ports = ports.stream().distinct().sorted().toList();
            allowed = canonical(allowed);
            if (ports.isEmpty() || ports.get(0) < 1 || ports.get(ports.size() - 1) > 65_535) {
                throw new IllegalArgumentException("an opening is of ports from 1 to 65535");
            }
        }

        /** Who is let through. */
        public AddressSet addresses() {
            return AddressSet.parse(allowed.toArray(String[]::new));
        }
    }

    public NftablesState {
        addresses = canonical(addresses);
        List<Opening> sorted = new ArrayList<>(openings);
        sorted.sort(Comparator.comparing(opening -> opening.ports().get(0)));
        openings = List.copyOf(sorted);
        if (hook == null && !(addresses.isEmpty() && openings.isEmpty())) {
            throw new IllegalArgumentException("what is not there holds nothing");
        }
        if (hook == NftablesHook.INPUT && !addresses.isEmpty()) {
            throw new IllegalArgumentException("on the server itself every local address counts");
        }
        Set<Integer> seen = new HashSet<>();
        if (!openings.stream().flatMap(one -> one.ports().stream()).allMatch(seen::add)) {
            throw new IllegalArgumentException("a port has one opening");
        }
    }

    /** Only what an address writes may ever reach a script, where a word would be a host name. */
    private static List<String> canonical(List<String> texts) {
        return AddressSet.parse(texts.toArray(String[]::new)).texts();
    }

    /**
     * The table that lets these through.
     *
     * @param addresses the server's; left out with {@link NftablesHook#INPUT}
     * @param allowed by port
     */
    public static NftablesState of(
            NftablesHook hook, AddressSet addresses, SortedMap<Integer, AddressSet> allowed) {
        Map<AddressSet, List<Integer>> ports = new LinkedHashMap<>();
        allowed.forEach(
                (port, set) -> ports.computeIfAbsent(set, any -> new ArrayList<>()).add(port));
        List<Opening> openings = new ArrayList<>();
        ports.forEach((set, on) -> openings.add(new Opening(on, set.texts())));
        return new NftablesState(
                hook,
                hook == NftablesHook.INPUT ? List.of() : addresses.texts(),
                List.copyOf(openings));
    }

    /** Whether there is no table of ours. */
    public boolean isAbsent() {
        return hook == null;
    }

    /** Whom this table lets through to a port; everybody where it does not keep the port. */
    public AddressSet allowed(int port) {
        return openings.stream()
                .filter(opening -> opening.ports().contains(port))
                .findFirst()
                .map(Opening::addresses)
                .orElse(AddressSet.ALL);
    }

    /** The ports it keeps, ascending. */
    public List<Integer> ports() {
        return openings.stream().flatMap(one -> one.ports().stream()).sorted().toList();
    }

    /**
     * SHA-256, lower-case hex, over the UTF-8 lines {@code postern-nftables-1}, {@code hook=<word,
     * empty where absent>}, {@code addresses=<texts joined by commas>} and for each opening {@code
     * ports=<numbers joined by commas>} and {@code allowed=<texts joined by commas>}.
     */
    public String digest() {
        StringBuilder text = new StringBuilder("postern-nftables-1\n");
        text.append("hook=").append(hook == null ? "" : hook.word()).append('\n');
        text.append("addresses=").append(String.join(",", addresses)).append('\n');
        for (Opening opening : openings) {
            List<String> ports = opening.ports().stream().map(String::valueOf).toList();
            text.append("ports=").append(String.join(",", ports)).append('\n');
            text.append("allowed=").append(String.join(",", opening.allowed())).append('\n');
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
