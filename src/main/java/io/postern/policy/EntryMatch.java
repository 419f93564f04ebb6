package io.postern.policy;

import java.time.Instant;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One grant or block made ready to be tried: the only place that says what "matches" means.
 *
 * @param tier of a grant; null = a block
 * @param accounts the leaves it asks for; null = not asked
 * @param computers the leaves it asks for; null = not asked
 */
record EntryMatch(
        String key,
        Tier tier,
        From from,
        To to,
        BitSet accounts,
        BitSet computers,
        Instant notBefore,
        Instant expires) {
    /** What is compared; an entry matches if none fails. */
    enum Dimension {
        ADDRESS,
        ACCOUNT,
        COMPUTER,
        SERVER,
        PORT,
        TIME
    }

    /** A submission with its names looked up. */
    record Request(Submission submission, int account, int computer, Server server) {}

    private static final Dimension[] DIMENSIONS = Dimension.values();
    private static final int SHOWN_TERMS = 4;

    static EntryMatch of(Grant grant, Principals principals) {
        return new EntryMatch(
                grant.key(),
                grant.tier(),
                grant.from(),
                grant.to(),
                asked(grant.from().accounts(), principals),
                asked(grant.from().computers(), principals),
                grant.notBefore(),
                grant.expires());
    }

    /** A block never ends by time. */
    static EntryMatch of(Block block, Principals principals) {
        return new EntryMatch(
                block.key(),
                null,
                block.from(),
                block.to(),
                asked(block.from().accounts(), principals),
                asked(block.from().computers(), principals),
                null,
                null);
    }

    private static BitSet asked(List<String> names, Principals principals) {
        return names.isEmpty() ? null : principals.expand(names);
    }

    boolean isBlock() {
        return tier == null;
    }

    boolean matches(Request request) {
        for (Dimension dimension : DIMENSIONS) {
            if (fails(dimension, request)) {
                return false;
            }
        }
        return true;
    }

    Set<Dimension> failures(Request request) {
        Set<Dimension> failed = EnumSet.noneOf(Dimension.class);
        for (Dimension dimension : DIMENSIONS) {
            if (fails(dimension, request)) {
                failed.add(dimension);
            }
        }
        return failed;
    }

    private boolean fails(Dimension dimension, Request request) {
        Submission submission = request.submission();
        return switch (dimension) {
            case ADDRESS -> !holds(submission.address());
            case ACCOUNT -> !proves(accounts, request.account());
            case COMPUTER -> !proves(computers, request.computer());
            case SERVER ->
                    !to.servers().isEmpty()
                            && to.servers().stream()
                                    .noneMatch(request.server().name()::equalsIgnoreCase);
            case PORT -> !to.ports().isEmpty() && !to.ports().contains(submission.port());
            case TIME ->
                    notBefore != null && submission.at().isBefore(notBefore)
                            || expires != null && !submission.at().isBefore(expires);
        };
    }

    private boolean holds(Address address) {
        return (from.addresses().isAny() || from.addresses().set().contains(address))
                && !from.except().set().contains(address);
    }

    private static boolean proves(BitSet asked, int identity) {
        return asked == null || identity >= 0 && asked.get(identity);
    }

    /** Why the entry does not match, one clause per failed dimension. */
    String why(Set<Dimension> failed, Request request) {
        return failed.stream()
                .map(dimension -> clause(dimension, request))
                .collect(Collectors.joining("; ", "", "."));
    }

    private String clause(Dimension dimension, Request request) {
        Submission submission = request.submission();
        return switch (dimension) {
            case ADDRESS ->
                    from.except().set().contains(submission.address())
                            ? "address " + submission.address() + " is in its except"
                            : "address "
                                    + submission.address()
                                    + " is not in its addresses ("
                                    + some(from.addresses().terms())
                                    + ")";
            case ACCOUNT -> identityClause("account", submission.account(), from.accounts());
            case COMPUTER -> identityClause("computer", submission.computer(), from.computers());
            case SERVER ->
                    "server "
                            + request.server().name()
                            + " is not among its servers ("
                            + some(to.servers())
                            + ")";
            case PORT -> "port " + submission.port() + " is not among its ports " + to.ports();
            case TIME ->
                    notBefore != null && submission.at().isBefore(notBefore)
                            ? "it holds only from " + notBefore
                            : "it expired at " + expires;
        };
    }

    private static String identityClause(String word, String stated, List<String> asked) {
        boolean none = stated == null || stated.equalsIgnoreCase(Principals.NONE_WORD);
        return (none ? "no " + word + " is proven" : word + " " + stated + " is none of those")
                + " (it asks for "
                + some(asked)
                + ")";
    }

    private static String some(List<String> terms) {
        if (terms.size() <= SHOWN_TERMS) {
            return String.join(", ", terms);
        }
        return String.join(", ", terms.subList(0, SHOWN_TERMS))
                + " and "
                + (terms.size() - SHOWN_TERMS)
                + " more";
    }
}
