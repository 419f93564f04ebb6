package io.postern.policy;

import java.time.Instant;

/**
 * One policy compiled for decisions within one epoch: a stretch of time in which no grant begins or
 * ends. It gives the answers of {@link PolicyEvaluator}. Immutable, safe for any number of threads.
 */
public final class PolicyIndex {
    private static final Tier[] TIERS = Tier.values();

    private final Principals principals;
    private final IndexNames names;
    private final IndexPlaces places;
    private final IndexRanks grants;
    private final IndexRanks blocks;
    private final IndexIdentities accounts;
    private final IndexIdentities computers;
    private final IndexCells cells;
    private final IndexIpv4 ipv4;
    private final IndexIpv6 ipv6;
    private final IndexProven proven;
    private final int everywhereCode;
    private final long everywhereBound;
    private final Instant from;
    private final Instant until;

    private PolicyIndex(IndexBuild build) {
        principals = build.principals;
        names = principals.plainNames();
        places = build.places;
        grants = build.grants;
        blocks = build.blocks;
        accounts = build.accounts;
        computers = build.computers;
        cells = build.cells;
        ipv4 = build.ipv4;
        ipv6 = build.ipv6;
        proven = new IndexProven(build);
        everywhereCode = build.everywhereCode;
        everywhereBound = build.everywhereBound;
        from = build.from;
        until = build.until;
    }

    /** Compiles the policy for the epoch that holds the instant. */
    public static PolicyIndex of(Policy policy, Instant at) {
        return new PolicyIndex(new IndexBuild(policy, at));
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
        int known = name == null ? IndexNames.ABSENT : names.find(name);
        return accounts.number(known >= 0 ? known >> 1 : principals.identity(name, false));
    }

    /** The number of a computer, as {@link #account}. */
    public int computer(String name) {
        int known = name == null ? IndexNames.ABSENT : names.find(name);
        boolean isComputer = known >= 0 && (known & 1) != 0;
        return computers.number(isComputer ? known >> 1 : principals.identity(name, true));
    }

    /**
     * The number of a server's port for {@code decide}.
     *
     * @throws IllegalArgumentException as {@link PolicyEvaluator#decide}
     */
    public int place(String server, int port) {
        return places.place(server, port);
    }

    /**
     * The outcome of a submission from an IPv4 address, without garbage.
     *
     * @param address the 32 bits
     * @param account a number that {@link #account} of this index gave
     * @param computer a number that {@link #computer} of this index gave
     * @param place a number that {@link #place} of this index gave
     * @return to be read by {@link #tier}, {@link #grant} and {@link #block} of this index
     */
    public long decideIpv4(int address, int account, int computer, int place) {
        long best = everywhere(proven.ofIpv4(ipv4.mainStretch(address), place), place);
        return account < 0 && computer < 0
                ? best
                : proven.outcome(best, true, 0, address, account, computer, place);
    }

    /**
     * The outcome of a submission from an IPv6 address as it stands: ::ffff:a.b.c.d is not made
     * IPv4 here. Otherwise as {@link #decideIpv4}.
     *
     * @param high upper 64 bits
     * @param low lower 64 bits
     */
    public long decideIpv6(long high, long low, int account, int computer, int place) {
        long best = everywhere(proven.ofIpv6(ipv6.stretch(0, high, low), place), place);
        return account < 0 && computer < 0
                ? best
                : proven.outcome(best, false, high, low, account, computer, place);
    }

    /** The outcome of a submission from an address of either family, as {@link #decideIpv4}. */
    public long decide(Address address, int account, int computer, int place) {
        return address.family() == AddressFamily.IPV4
                ? decideIpv4((int) address.low(), account, computer, place)
                : decideIpv6(address.high(), address.low(), account, computer, place);
    }

    private long everywhere(long found, int place) {
        return everywhereCode == 0 && everywhereBound == 0
                ? found
                : IndexCells.stronger(found, cells.outcome(everywhereCode, everywhereBound, place));
    }

    /** The tier of an outcome. */
    public Tier tier(long outcome) {
        return (int) outcome == 0 ? TIERS[grants.tier((int) (outcome >>> 32))] : Tier.NONE;
    }

    /** The key of the deciding grant, or of the one a block beat; null = none matched. */
    public String grant(long outcome) {
        return grants.key((int) (outcome >>> 32));
    }

    /** The key of the deciding block; null = none matched. */
    public String block(long outcome) {
        return blocks.key((int) outcome);
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
                    submission.at() + " is outside the epoch this index holds for" + epoch());
        }
        int place = place(submission.server(), submission.port());
        int account = account(submission.account());
        int computer = computer(submission.computer());
        long outcome = decide(submission.address(), account, computer, place);
        return new Decision(tier(outcome), grant(outcome), block(outcome));
    }

    private String epoch() {
        String begin = from == null ? "" : " (from " + from + (until == null ? ")" : " ");
        String end = until == null ? "" : (from == null ? " (" : "") + "until " + until + ")";
        return begin + end;
    }
}
