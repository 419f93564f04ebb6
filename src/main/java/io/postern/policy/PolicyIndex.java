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
    private final IndexPairs pairs;
    private final IndexCells cells;
    private final IndexIpv4 ipv4;
    private final IndexIpv6 ipv6;
    private final int everywhere;
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
        pairs = build.pairs;
        cells = build.cells;
        ipv4 = build.ipv4;
        ipv6 = build.ipv6;
        everywhere = build.everywhere;
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
        return known >= 0 ? known : principals.identity(name, false);
    }

    /** The number of a computer, as {@link #account}. */
    public int computer(String name) {
        int known = name == null ? IndexNames.ABSENT : names.find(name);
        return known >= 0 && principals.leaves().get(known).mayBeComputer()
                ? known
                : principals.identity(name, true);
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
        long best = cells.outcome(ipv4.mainCell(address), place);
        if (everywhere != 0) {
            best = IndexCells.stronger(best, cells.outcome(everywhere, place));
        }
        return account < 0 && computer < 0
                ? best
                : proven(best, true, 0, address, account, computer, place);
    }

    /**
     * The outcome of a submission from an IPv6 address as it stands: ::ffff:a.b.c.d is not made
     * IPv4 here. Otherwise as {@link #decideIpv4}.
     *
     * @param high upper 64 bits
     * @param low lower 64 bits
     */
    public long decideIpv6(long high, long low, int account, int computer, int place) {
        long best = cells.outcome(ipv6.cell(0, high, low), place);
        if (everywhere != 0) {
            best = IndexCells.stronger(best, cells.outcome(everywhere, place));
        }
        return account < 0 && computer < 0
                ? best
                : proven(best, false, high, low, account, computer, place);
    }

    /** The outcome of a submission from an address of either family, as {@link #decideIpv4}. */
    public long decide(Address address, int account, int computer, int place) {
        return address.family() == AddressFamily.IPV4
                ? decideIpv4((int) address.low(), account, computer, place)
                : decideIpv6(address.high(), address.low(), account, computer, place);
    }

    private long proven(
            long unproven,
            boolean isIpv4,
            long high,
            long low,
            int account,
            int computer,
            int place) {
        long best = unproven;
        int computersFrom = computers.from(computer);
        int computersTo = computers.to(computer);
        for (int i = computersFrom; i < computersTo; i++) {
            long reference = pairs.ofComputer(computers.unit(i));
            best = with(best, reference, isIpv4, high, low, place);
        }
        int accountsTo = accounts.to(account);
        for (int i = accounts.from(account); i < accountsTo; i++) {
            int unit = accounts.unit(i);
            best = with(best, pairs.ofAccount(unit), isIpv4, high, low, place);
            int partnersFrom = pairs.partnersFrom(unit);
            int partnersTo = pairs.partnersTo(unit);
            // The shorter side is walked, so that a crowd on one side costs nothing.
            if (partnersTo - partnersFrom < computersTo - computersFrom) {
                for (int j = partnersFrom; j < partnersTo; j++) {
                    int partner = pairs.partner(j);
                    if (computers.has(partner, computersFrom, computersTo)) {
                        best = with(best, pairs.of(unit, partner), isIpv4, high, low, place);
                    }
                }
            } else {
                for (int j = computersFrom; j < computersTo; j++) {
                    long reference = pairs.of(unit, computers.unit(j));
                    best = with(best, reference, isIpv4, high, low, place);
                }
            }
        }
        return best;
    }

    private long with(long best, long reference, boolean isIpv4, long high, long low, int place) {
        if (reference == 0) {
            return best;
        }
        long found = cells.outcome((int) reference, place);
        int table = (int) (reference >>> 32);
        if (table != 0) {
            int cell = isIpv4 ? ipv4.cell(table, (int) low) : ipv6.cell(table, high, low);
            found = IndexCells.stronger(found, cells.outcome(cell, place));
        }
        return IndexCells.stronger(best, found);
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
