package io.postern.enforcement;

import io.postern.policy.Tier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who can submit to an organisation's servers today and how far, what is dangerous about it, and a
 * first policy that says the same. Immutable.
 *
 * @param observed what it is made of
 * @param exposures every listener of every server
 * @param findings worst first
 * @param policy a policy file that gives every address what it has today
 */
public record Assessment(
        ObservedExchange observed,
        List<Exposure> exposures,
        List<AssessmentFinding> findings,
        FirstPolicy policy) {
    private static final int SHOWN_SERVERS = 5;
    private static final String UNKNOWN =
            "whether they may relay is unknown until the permissions are exported too";

    public Assessment {
        exposures = List.copyOf(exposures);
        findings = List.copyOf(findings);
    }

    /** Of what was exported. */
    public static Assessment of(ObservedExchange observed) {
        List<Exposure> exposures = new ArrayList<>();
        for (String server : observed.servers()) {
            exposures.addAll(Exposure.of(server, observed.connectorsOf(server)));
        }
        FirstPolicy policy = FirstPolicy.of(observed, exposures);
        return new Assessment(
                observed, exposures, AssessmentRules.findings(observed, exposures, policy), policy);
    }

    /** Whether an accepted domain makes every server an open relay. */
    public boolean acceptsEveryDomain() {
        return observed.acceptedDomains() != null
                && observed.acceptedDomains().stream().anyMatch(AcceptedDomain::isEveryDomain);
    }

    /** What a client of that tier can do in effect: with the accepted domain '*' any is relay. */
    public TierBounds effective(TierBounds bounds) {
        return acceptsEveryDomain()
                ? new TierBounds(raised(bounds.atLeast()), raised(bounds.atMost()))
                : bounds;
    }

    private static Tier raised(Tier tier) {
        return tier == Tier.INTERNAL ? Tier.RELAY : tier;
    }

    /** The one sentence that says it all, for a manager. */
    public String headline() {
        if (exposures.isEmpty()) {
            return "No enabled connector listens anywhere: nobody can submit mail.";
        }
        String everyone = where(Tier.INTERNAL);
        String relaying = where(Tier.RELAY);
        if (acceptsEveryDomain() && exposures.stream().anyMatch(Exposure::isOpen)) {
            return "Your servers are an open relay: the accepted domain '*' lets every client that"
                    + " may submit at all send to anyone in the world.";
        }
        if (!relaying.isEmpty()) {
            return "Anyone who reaches "
                    + relaying
                    + " can send mail to anyone in the world through it, without signing in.";
        }
        String doubt = unknownRelay() ? ", and perhaps to anyone: " + UNKNOWN : few();
        if (!everyone.isEmpty()) {
            return "Anyone who reaches "
                    + everyone
                    + " can send mail to your own domains without signing in"
                    + doubt
                    + ".";
        }
        BigInteger some = count(Tier.INTERNAL);
        return some.signum() == 0 && !unknownRelay()
                ? "Nobody can submit mail without signing in."
                : AddressCount.of(some) + " can submit mail without signing in" + doubt + ".";
    }

    private String few() {
        BigInteger relay = count(Tier.RELAY);
        return relay.signum() == 0
                ? ", to nobody else"
                : "; up to " + AddressCount.of(relay) + " can send to anyone in the world";
    }

    private boolean unknownRelay() {
        return exposures.stream()
                .flatMap(one -> one.parts().stream())
                .anyMatch(part -> !part.bounds().isKnown());
    }

    /** Where more than half of a family gets so far; empty = nowhere. */
    private String where(Tier tier) {
        TreeMap<Integer, TreeSet<String>> servers = new TreeMap<>();
        for (Exposure exposure : exposures) {
            if (isMost(exposure, tier)) {
                servers.computeIfAbsent(exposure.listener().port(), any -> new TreeSet<>())
                        .add(VisibleText.of(exposure.server()));
            }
        }
        return servers.entrySet().stream()
                .map(on -> "port " + on.getKey() + " of " + some(on.getValue()))
                .collect(Collectors.joining(" or "));
    }

    private static String some(TreeSet<String> names) {
        String shown = names.stream().limit(SHOWN_SERVERS).collect(Collectors.joining(", "));
        int more = names.size() - SHOWN_SERVERS;
        return more > 0 ? shown + " and " + more + " more servers" : shown;
    }

    static boolean isMost(Exposure exposure, Tier tier) {
        int bits = exposure.listener().address().family().bits();
        return exposure.reaching(tier).count().bitLength() >= bits;
    }

    /** The most addresses of a listener that get so far. */
    private BigInteger count(Tier tier) {
        return exposures.stream()
                .map(one -> one.reaching(tier).count())
                .max(BigInteger::compareTo)
                .orElse(BigInteger.ZERO);
    }
}
