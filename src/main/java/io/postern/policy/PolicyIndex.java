package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One policy compiled for decisions within one epoch: a stretch of time in which no grant begins or
 * ends. It gives the answers of {@link PolicyEvaluator}. Immutable, safe for any number of threads.
 */
public final class PolicyIndex {
    private static final long NO_RANK = Integer.MAX_VALUE;

    private record Entry(
            Grant grant, String key, AddressSet addresses, EntryMatch match, boolean[] places) {}

    private record Place(Server server, int port) {}

    private final Policy policy;
    private final Principals principals;
    private final Instant from;
    private final Instant until;
    private final List<Place> places = new ArrayList<>();
    private final List<Entry> grants = new ArrayList<>();
    private final List<Entry> blocks = new ArrayList<>();

    private PolicyIndex(Policy policy, Instant at) {
        this.policy = policy;
        principals = new Principals(policy);
        for (Server server : policy.servers()) {
            server.ports().forEach(port -> places.add(new Place(server, port)));
        }
        Instant start = null;
        Instant end = null;
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            for (Instant boundary : new Instant[] {grant.notBefore(), grant.expires()}) {
                if (boundary != null && !boundary.isAfter(at)) {
                    start = start == null || boundary.isAfter(start) ? boundary : start;
                } else if (boundary != null) {
                    end = end == null || boundary.isBefore(end) ? boundary : end;
                }
            }
            if (grant.holdsAt(at)) {
                grants.add(entry(grant, EntryMatch.of(grant, principals)));
            }
        }
        from = start;
        until = end;
        policy.blocks().forEach(b -> blocks.add(entry(null, EntryMatch.of(b, principals))));
        Comparator<Entry> byKey = Comparator.comparing(Entry::key, KeyOrder.CODE_POINT);
        grants.sort(
                Comparator.<Entry, Tier>comparing(e -> e.grant().tier(), Comparator.reverseOrder())
                        .thenComparing(byKey));
        blocks.sort(byKey);
    }

    private Entry entry(Grant grant, EntryMatch match) {
        boolean[] where = new boolean[places.size()];
        for (int i = 0; i < where.length; i++) {
            where[i] =
                    AddressTiers.applies(match.to(), places.get(i).server(), places.get(i).port());
        }
        return new Entry(grant, match.key(), match.from().effective(), match, where);
    }

    /** Compiles the policy for the epoch that holds the instant. */
    public static PolicyIndex of(Policy policy, Instant at) {
        return new PolicyIndex(policy, at);
    }

    /** First instant of the epoch; null = from the beginning. */
    public Instant from() {
        return from;
    }

    /** First instant after the epoch; null = without end. */
    public Instant until() {
        return until;
    }

    /** Whether the instant lies in the epoch. */
    public boolean covers(Instant at) {
        return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
    }

    /**
     * The number of an account for {@code decide}.
     *
     * @param name name or SID; null or {@code (none)} = not proven; a stranger = {@code (other)}
     * @throws IllegalArgumentException as {@link PolicyEvaluator#decide}
     */
    public int account(String name) {
        return principals.identity(name, false);
    }

    /** The number of a computer, as {@link #account}. */
    public int computer(String name) {
        return principals.identity(name, true);
    }

    /**
     * The number of a server's port for {@code decide}.
     *
     * @throws IllegalArgumentException as {@link PolicyEvaluator#decide}
     */
    public int place(String server, int port) {
        Server found = PolicyEvaluator.server(policy, server, port);
        return places.indexOf(new Place(found, port));
    }

    /**
     * The outcome of a submission from an IPv4 address.
     *
     * @param address the 32 bits
     * @return to be read by {@link #tier}, {@link #grant} and {@link #block}
     */
    public long decideIpv4(int address, int account, int computer, int place) {
        return decide(Address.ipv4(address & 0xFFFF_FFFFL), account, computer, place);
    }

    /**
     * The outcome of a submission from an IPv6 address as it stands: ::ffff:a.b.c.d is not made
     * IPv4 here.
     */
    public long decideIpv6(long high, long low, int account, int computer, int place) {
        return decide(Address.ipv6(high, low), account, computer, place);
    }

    /** The outcome of a submission from an address of either family. */
    public long decide(Address address, int account, int computer, int place) {
        return first(grants, address, account, computer, place) << 32
                | first(blocks, address, account, computer, place);
    }

    private static long first(
            List<Entry> entries, Address address, int account, int computer, int place) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.places()[place]
                    && entry.addresses().contains(address)
                    && proves(entry.match().accounts(), account)
                    && proves(entry.match().computers(), computer)) {
                return i;
            }
        }
        return NO_RANK;
    }

    private static boolean proves(java.util.BitSet asked, int identity) {
        return asked == null || identity >= 0 && asked.get(identity);
    }

    /** The tier of an outcome. */
    public Tier tier(long outcome) {
        boolean given = (int) outcome == NO_RANK && outcome >>> 32 != NO_RANK;
        return given ? grants.get((int) (outcome >>> 32)).grant().tier() : Tier.NONE;
    }

    /** The key of the deciding grant, or of the one a block beat; null = none matched. */
    public String grant(long outcome) {
        long rank = outcome >>> 32;
        return rank == NO_RANK ? null : grants.get((int) rank).key();
    }

    /** The key of the deciding block; null = none matched. */
    public String block(long outcome) {
        return (int) outcome == NO_RANK ? null : blocks.get((int) outcome).key();
    }

    /**
     * Decides a submission whose instant lies in the epoch.
     *
     * @throws IllegalArgumentException as {@link PolicyEvaluator#decide}, and for an instant
     *     outside the epoch
     */
    public Decision decide(Submission submission) {
        if (!covers(submission.at())) {
            throw new IllegalArgumentException(
                    submission.at() + " is outside the epoch [" + from + ", " + until + ")");
        }
        int place = place(submission.server(), submission.port());
        int account = account(submission.account());
        int computer = computer(submission.computer());
        long outcome = decide(submission.address(), account, computer, place);
        return new Decision(tier(outcome), grant(outcome), block(outcome));
    }
}
