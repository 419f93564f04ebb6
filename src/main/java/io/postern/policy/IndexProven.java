package io.postern.policy;

/**
 * What proven identities add to a decision: each pair of a unit of the account and a unit of the
 * computer that entries ask for, and units that are asked for alone. Immutable.
 */
final class IndexProven {
    private final IndexIdentities accounts;
    private final IndexIdentities computers;
    private final IndexPairs pairs;
    private final IndexCells cells;
    private final IndexIpv4 ipv4;
    private final IndexIpv6 ipv6;

    IndexProven(IndexBuild build) {
        accounts = build.accounts;
        computers = build.computers;
        pairs = build.pairs;
        cells = build.cells;
        ipv4 = build.ipv4;
        ipv6 = build.ipv6;
    }

    /** The stronger of what is found unproven and what the two identities open or block. */
    long outcome(
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

    /** The outcome of an IPv4 stretch; -1 = there is none. */
    long ofIpv4(int stretch, int place) {
        return stretch < 0 ? 0 : cells.outcome(ipv4.code(stretch), ipv4.bound(stretch), place);
    }

    /** The outcome of an IPv6 stretch; -1 = there is none. */
    long ofIpv6(int stretch, int place) {
        return stretch < 0 ? 0 : cells.outcome(ipv6.code(stretch), ipv6.bound(stretch), place);
    }
}
