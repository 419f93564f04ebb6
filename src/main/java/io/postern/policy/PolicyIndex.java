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
        pairs = build.pairs;
        cells = build.cells;
        ipv4 = build.ipv4;
        ipv6 = build.ipv6;
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
        long best = everywhere(ofIpv4(ipv4.mainStretch(address), place), place);
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
        long best = everywhere(ofIpv6(ipv6.stretch(0, high, low), place), place);
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

    private long ofIpv4(int stretch, int place) {
        return stretch < 0 ? 0 : cells.outcome(ipv4.code(stretch), ipv4.bound(stretch), place);
    }

    private long ofIpv6(int stretch, int place) {
        return stretch < 0 ? 0 : cells.outcome(ipv6.code(stretch), ipv6.bound(stretch), place);
    }

    private long everywhere(long found, int place) {
        return everywhereCode == 0 && everywhereBound == 0
                ? found
                : IndexCells.stronger(found, cells.outcome(everywhereCode, everywhereBound, place));
    }

    private long proven(
            long unproven,
            boolean isIpv4,
            long high,
            long low,
            int account,
            int computer,
            int place) {
        int accountsFrom = accounts.from(account);
        int computersFrom = computers.from(computer);
        long best = unproven;
        if (pairs.hasAlone()) {
            best = alone(best, accountsFrom, computersFrom, isIpv4, high, low, place);
        }
        if (computers.crowd(computersFrom) > 0) {
            return crowd(best, accountsFrom, computersFrom, isIpv4, high, low, place);
        }
        // Two units of the computer at a time: most have no more, and that halves the branches.
        for (int j = computersFrom, one; (one = computers.unit(j)) != 0; j += 2) {
            int other = computers.unit(j + 1);
            int row = pairs.row(one);
            int otherRow = pairs.row(other);
            for (int i = accountsFrom, unit; (unit = accounts.unit(i)) != 0; i++) {
                if (pairs.mayHaveEither(unit, row, otherRow)) {
                    if (pairs.mayHave(unit, row)) {
                        best = pair(best, unit, one, isIpv4, high, low, place);
                    }
                    if (pairs.mayHave(unit, otherRow)) {
                        best = pair(best, unit, other, isIpv4, high, low, place);
                    }
                }
            }
            if (other == 0) {
                break;
            }
        }
        return best;
    }

    /** What asks for an account at any computer or for a computer with any account. */
    private long alone(
            long found,
            int accountsFrom,
            int computersFrom,
            boolean isIpv4,
            long high,
            long low,
            int place) {
        long best = found;
        for (int i = computersFrom, unit; (unit = computers.unit(i)) != 0; i++) {
            long bound = pairs.boundOfComputer(unit);
            best = with(best, pairs.ofComputer(unit), bound, isIpv4, high, low, place);
        }
        for (int i = accountsFrom, unit; (unit = accounts.unit(i)) != 0; i++) {
            long bound = pairs.boundOfAccount(unit);
            best = with(best, pairs.ofAccount(unit), bound, isIpv4, high, low, place);
        }
        return best;
    }

    /**
     * For each unit of the account walks the shorter side: its partners or the computer's units.
     */
    private long crowd(
            long found,
            int accountsFrom,
            int computersFrom,
            boolean isIpv4,
            long high,
            long low,
            int place) {
        long best = found;
        int crowd = computers.crowd(computersFrom);
        for (int i = accountsFrom, unit; (unit = accounts.unit(i)) != 0; i++) {
            int partners = pairs.partners(unit);
            for (int j = 0; j < Math.min(partners, crowd); j++) {
                int partner =
                        partners < crowd
                                ? pairs.partner(unit, j)
                                : computers.unit(computersFrom + j);
                if (partners < crowd
                        ? computers.has(partner, computersFrom)
                        : pairs.mayHave(unit, pairs.row(partner))) {
                    best = pair(best, unit, partner, isIpv4, high, low, place);
                }
            }
        }
        return best;
    }

    private long pair(
            long best, int unit, int partner, boolean isIpv4, long high, long low, int place) {
        int found = pairs.find(unit, partner);
        if (found < 0) {
            return best;
        }
        long bound = pairs.bound(found);
        return with(best, pairs.reference(found), bound, isIpv4, high, low, place);
    }

    private long with(
            long best, long reference, long bound, boolean isIpv4, long high, long low, int place) {
        long found = cells.outcome((int) reference, bound, place);
        int table = (int) (reference >>> 32);
        if (table != 0) {
            long there =
                    isIpv4
                            ? ofIpv4(ipv4.stretch(table, (int) low), place)
                            : ofIpv6(ipv6.stretch(table, high, low), place);
            found = IndexCells.stronger(found, there);
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
