package io.postern.enforcement.pickup;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressSet;
import io.postern.policy.Block;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.ProvenEntries;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.ProvenEntries.Identity;
import io.postern.policy.Server;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compiles a policy to the access list of one server's pickup folder: the accounts of grants with
 * {@code pickup: true}, less those blocked. Deterministic. The list knows accounts and nothing
 * else; what a block cannot take away there is {@link Unsupported}.
 */
public final class PickupCompiler {
    /** More entries than this do not go with the other entries into one list of Windows. */
    public static final int MAX_WRITERS = 1000;

    private static final Pattern SID = Pattern.compile("S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}");
    private static final int SHOWN = 3;

    private final Policy policy;
    private final Server server;
    private final Set<Unsupported> unsupported = new LinkedHashSet<>();

    /** Who may write, by SID. */
    private final Map<String, Identity> writers = new TreeMap<>();

    private PickupCompiler(Policy policy, Server server) {
        this.policy = policy;
        this.server = server;
    }

    /**
     * Who should be let in by us.
     *
     * @param server one of the policy's; a grant or block for any of its ports counts, since the
     *     folder has none
     * @param at the instant that grants must hold at
     * @return its state is null where more than {@link #MAX_WRITERS} would be let in
     */
    public static CompiledPickup compile(Policy policy, Server server, Instant at) {
        return new PickupCompiler(policy, server).compile(at);
    }

    private CompiledPickup compile(Instant at) {
        Map<String, Entry> grants = new LinkedHashMap<>();
        Map<String, Entry> blocks = new LinkedHashMap<>();
        for (int port : server.ports()) {
            ProvenEntries entries = ProvenEntries.of(policy, server, port, at);
            entries.identityGrants().forEach(entry -> grants.put(entry.key(), entry));
            entries.identityBlocks().forEach(entry -> blocks.put(entry.key(), entry));
        }
        Set<String> reaching =
                policy.grants().stream()
                        .filter(grant -> grant.to().pickup())
                        .map(Grant::key)
                        .collect(Collectors.toSet());
        grants.values().stream().filter(one -> reaching.contains(one.key())).forEach(this::let);
        blocks.values().forEach(this::block);
        policy.blocks().stream()
                .filter(block -> !block.from().needsIdentity() && applies(block.to()))
                .forEach(this::blockAddresses);
        if (writers.size() > MAX_WRITERS) {
            tell(
                    server.name(),
                    writers.size()
                            + " accounts would be let into the pickup folder, more than "
                            + MAX_WRITERS
                            + ", so nothing is compiled for it",
                    "use a group instead of many accounts");
            return new CompiledPickup(null, List.copyOf(unsupported));
        }
        return new CompiledPickup(
                PickupState.of(List.copyOf(writers.keySet())), List.copyOf(unsupported));
    }

    private boolean applies(To to) {
        return (to.servers().isEmpty()
                        || to.servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                && (to.ports().isEmpty() || server.ports().stream().anyMatch(to.ports()::contains));
    }

    private void let(Entry grant) {
        List<String> missing = new ArrayList<>();
        for (Identity one : grant.accounts()) {
            String sid = sid(one);
            if (sid == null) {
                missing.add(one.name());
            } else if (PickupPassages.isEverybody(sid)) {
                tell(
                        grant.key(),
                        "'" + one.name() + "' stands for everybody who is logged on somehow",
                        "name accounts or a group");
            } else {
                writers.put(sid, one);
            }
        }
        if (!missing.isEmpty()) {
            tell(
                    grant.key(),
                    "no SID is known of " + few(missing) + ", so no entry can name it",
                    "state the SID under principals");
        }
    }

    private void block(Entry block) {
        boolean isForNobody = block.accounts() != null && block.accounts().isEmpty();
        if (isForNobody || writers.isEmpty()) {
            return;
        }
        if (block.computers() != null) {
            if (touches(block)) {
                tell(
                        block.key(),
                        "it asks for a computer, and the pickup folder's list knows accounts only:"
                                + " who may write there may do so from every computer",
                        "block the accounts alone, or take pickup from the grant");
            }
            return;
        }
        if (!block.addresses().equals(AddressSet.ALL)) {
            if (touches(block)) {
                tellOfAddresses(block.key());
            }
            return;
        }
        block.accounts().stream()
                .map(PickupCompiler::sid)
                .filter(sid -> sid != null)
                .forEach(writers::remove);
        members(block);
    }

    /** Whether an account that may write could be one that is blocked. */
    private boolean touches(Entry block) {
        return block.accounts() == null
                || block.accounts().stream()
                        .anyMatch(
                                one ->
                                        one.mayBeGroup()
                                                || writers.containsValue(one)
                                                || writers.values().stream()
                                                        .anyMatch(Identity::mayBeGroup));
    }

    /** A blocked account may be in a group that may write, and the other way round. */
    private void members(Entry block) {
        List<String> groups =
                writers.values().stream().filter(Identity::mayBeGroup).map(Identity::name).toList();
        List<String> blocked =
                block.accounts().stream().filter(Identity::mayBeGroup).map(Identity::name).toList();
        if (!groups.isEmpty()) {
            tell(
                    block.key(),
                    "whom it blocks may be a member of "
                            + few(groups)
                            + ", and Postern writes no denying entries to the pickup folder",
                    "state the kind or the members under principals, or name accounts in the"
                            + " grant");
        } else if (!blocked.isEmpty() && !writers.isEmpty()) {
            tell(
                    block.key(),
                    "accounts that may write may be members of "
                            + few(blocked)
                            + ", and Postern writes no denying entries to the pickup folder",
                    "state the kind or the members under principals, or block the accounts");
        }
    }

    private void blockAddresses(Block block) {
        if (block.from().effective().equals(AddressSet.ALL)) {
            writers.clear();
        } else if (!writers.isEmpty()) {
            tellOfAddresses(block.key());
        }
    }

    private void tellOfAddresses(String key) {
        tell(
                key,
                "it names addresses, and the pickup folder's list knows accounts only: who may"
                        + " write there may do so from everywhere",
                "block the accounts alone, or take pickup from the grant");
    }

    private void tell(String entry, String reason, String remedy) {
        unsupported.add(new Unsupported(entry, reason, remedy));
    }

    /** Upper case; null = none that can be written. */
    private static String sid(Identity one) {
        String sid = one.sid() == null ? "" : one.sid().toUpperCase(Locale.ROOT);
        return SID.matcher(sid).matches() ? sid : null;
    }

    private static String few(List<String> names) {
        String shown =
                names.stream()
                        .limit(SHOWN)
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", "));
        return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
    }
}
