package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Works out a {@link ChangeProof}. Every set it asks about is the difference of two small sets of
 * rules: those of a policy, cut down to what an edited entry matches and to "the tier is reached",
 * against the entry itself.
 */
final class ChangeProver {
    /** Level of "the tier is reached". */
    private static final int REACHED = 1;

    /** Level of the entry itself, so that both what reaches the tier and what does not differ. */
    private static final int MEANT = 2;

    /** Level of what the other version of an entry matches: not asked about. */
    private static final int LEFT_OUT = 3;

    /** An edited entry; a side is null where it is absent or can never match. */
    private record Edit(
            String key, boolean isBlock, ImpactRule before, ImpactRule after, boolean both) {}

    private final ImpactUniverse universe;
    private final ImpactRules rules;
    private final Instant from;
    private final List<Edit> edits = new ArrayList<>();
    private final List<ChangeProof.Step> steps = new ArrayList<>();
    private final List<ImpactRule> everywhere = new ArrayList<>();
    private final List<ImpactRule> addressed = new ArrayList<>();

    /** Made when first needed; null until then. */
    private ImpactEdges edges;

    private ImpactStretches stretches;

    ChangeProver(Policy before, Policy after, Instant from) {
        this.from = from;
        universe = new ImpactUniverse(before, after);
        rules = new ImpactRules(before, after, universe);
        collect(
                ProtectedSources.withGrants(before),
                ProtectedSources.withGrants(after),
                false,
                Grant::key,
                ChangeProver::isWrittenAlike,
                rules::add);
        collect(
                before.blocks(),
                after.blocks(),
                true,
                Block::key,
                ChangeProver::isWrittenAlike,
                rules::add);
        for (ImpactRule rule : rules.rules()) {
            (rule.isEverywhere() ? everywhere : addressed).add(rule);
        }
    }

    /** The entries of one kind that were added, removed or written otherwise. */
    private <E> void collect(
            List<E> before,
            List<E> after,
            boolean isBlock,
            Function<E, String> key,
            BiPredicate<E, E> isWrittenAlike,
            BiFunction<E, Boolean, ImpactRule> rule) {
        Map<String, E> old = new TreeMap<>(KeyOrder.CODE_POINT);
        before.forEach(entry -> old.put(key.apply(entry), entry));
        for (E entry : after) {
            E was = old.remove(key.apply(entry));
            if (was == null || !isWrittenAlike.test(was, entry)) {
                ImpactRule then = was == null ? null : rule.apply(was, true);
                ImpactRule now = rule.apply(entry, false);
                edits.add(new Edit(key.apply(entry), isBlock, then, now, was != null));
            }
        }
        old.forEach(
                (gone, was) ->
                        edits.add(new Edit(gone, isBlock, rule.apply(was, true), null, false)));
    }

    private static boolean isWrittenAlike(Block a, Block b) {
        return isWrittenAlike(a.from(), b.from()) && a.to().equals(b.to());
    }

    /** Whether nobody touched what decides; a shared set behind it may still have changed. */
    private static boolean isWrittenAlike(Grant a, Grant b) {
        return a.tier() == b.tier()
                && isWrittenAlike(a.from(), b.from())
                && a.to().equals(b.to())
                && Objects.equals(a.notBefore(), b.notBefore())
                && Objects.equals(a.expires(), b.expires());
    }

    private static boolean isWrittenAlike(From a, From b) {
        return a.addresses().terms().equals(b.addresses().terms())
                && a.except().terms().equals(b.except().terms())
                && a.accounts().equals(b.accounts())
                && a.computers().equals(b.computers());
    }

    ChangeProof proof() {
        if (edits.size() > ChangeProof.LIMIT) {
            return new ChangeProof(List.of(), List.of(), edits.size() - ChangeProof.LIMIT);
        }
        for (Edit edit : edits) {
            if (edit.isBlock()) {
                prove(edit, edit.after(), edit.before(), ChangeProof.Intent.BLOCKS);
                prove(edit, edit.before(), edit.after(), ChangeProof.Intent.LIFTS);
            } else {
                prove(edit, edit.after(), edit.before(), ChangeProof.Intent.GIVES);
                prove(edit, edit.before(), edit.after(), ChangeProof.Intent.TAKES);
            }
        }
        return new ChangeProof(steps, collateral(), 0);
    }

    /**
     * Adds the step of one version of an entry.
     *
     * @param other its other version: what both say alike is no intention
     */
    private void prove(Edit edit, ImpactRule version, ImpactRule other, ChangeProof.Intent intent) {
        if (version == null) {
            return;
        }
        boolean wantsReached =
                intent == ChangeProof.Intent.GIVES || intent == ChangeProof.Intent.LIFTS;
        boolean ofBefore = intent == ChangeProof.Intent.TAKES || intent == ChangeProof.Intent.LIFTS;
        int target = edit.isBlock() ? REACHED : version.level;
        boolean leaveOut = other != null && (edit.isBlock() || other.level >= version.level);
        Question question = new Question(version, ofBefore, target, leaveOut ? other : null);
        List<Region> now = question.regions();
        List<Region> missing =
                now.stream().filter(region -> isReached(region) != wantsReached).toList();
        if (now.isEmpty() && edit.both()) {
            return;
        }
        steps.add(
                new ChangeProof.Step(
                        intent,
                        edit.key(),
                        edit.isBlock() ? Tier.NONE : Tier.values()[version.level],
                        question.extentBefore(wantsReached),
                        extent(now.size() > missing.size(), !missing.isEmpty()),
                        missing.stream().map(ChangeProver::missing).toList()));
    }

    private static boolean isReached(Region region) {
        return region.after().ordinal() == REACHED;
    }

    private static ChangeProof.Extent extent(boolean holds, boolean fails) {
        if (!fails) {
            return ChangeProof.Extent.WHOLE;
        }
        return holds ? ChangeProof.Extent.PART : ChangeProof.Extent.NONE;
    }

    /** The rules that share an address with one. */
    private List<ImpactRule> near(ImpactRule clip) {
        if (clip.isEverywhere()) {
            return rules.rules();
        }
        if (stretches == null) {
            edges = new ImpactEdges(addressed, AddressSet.ALL);
            stretches = new ImpactStretches(edges);
        }
        Set<ImpactRule> near = new LinkedHashSet<>(everywhere);
        for (AddressRange range : clip.addresses.ranges()) {
            stretches.forEach(
                    edges.position(range.low()), edges.position(range.high()) + 1, near::add);
        }
        return List.copyOf(near);
    }

    private static ChangeProof.Missing missing(Region region) {
        return new ChangeProof.Missing(
                region.servers(),
                region.ports(),
                region.accounts(),
                region.computers(),
                region.addresses(),
                region.from(),
                region.until(),
                region.witness(),
                region.because().after());
    }

    /** Which of the submissions that a version of an entry matches reach a tier. */
    private final class Question {
        private final ImpactRule clip;
        private final BitSet places;
        private final boolean ofBefore;
        private final int target;
        private final ImpactRule leftOut;
        private final List<ImpactRule> near;

        Question(ImpactRule clip, boolean ofBefore, int target, ImpactRule leftOut) {
            this.clip = clip;
            this.ofBefore = ofBefore;
            this.target = target;
            this.leftOut = leftOut;
            places = rules.places(clip.to, ofBefore);
            near = near(clip);
        }

        /** Rules whose regions say of all that the clip matches whether a policy reaches it. */
        private ImpactRules asked(boolean underBefore) {
            ImpactRules asked = new ImpactRules(universe);
            addPolicy(asked, underBefore);
            addLeftOut(asked);
            add(asked, clip, clip.key(ofBefore), MEANT, places, true);
            return asked;
        }

        /** How much of what is wanted held before; looks no further than it must. */
        ChangeProof.Extent extentBefore(boolean wantsReached) {
            boolean[] found = new boolean[2];
            Impact.any(
                    universe,
                    asked(true),
                    from,
                    span -> {
                        boolean counts =
                                span.before().ordinal() == MEANT
                                        && isWithin(span.from(), span.until());
                        if (counts) {
                            found[span.after().ordinal() == REACHED ? 1 : 0] = true;
                        }
                        return found[0] && found[1];
                    });
            return extent(found[wantsReached ? 1 : 0], found[wantsReached ? 0 : 1]);
        }

        private boolean isWithin(Instant begins, Instant ends) {
            return (clip.expires == null || begins == null || begins.isBefore(clip.expires))
                    && (clip.notBefore == null || ends == null || clip.notBefore.isBefore(ends));
        }

        /** After the change. */
        List<Region> regions() {
            return answer(asked(false));
        }

        private void addPolicy(ImpactRules asked, boolean underBefore) {
            for (ImpactRule rule : near) {
                if (rule.isOn(underBefore)
                        && (rule.level == ImpactRule.BLOCK || rule.level >= target)) {
                    add(
                            asked,
                            rule,
                            rule.key(underBefore),
                            Math.min(rule.level, REACHED),
                            rules.places(rule.to, underBefore),
                            false);
                }
            }
        }

        private void addLeftOut(ImpactRules asked) {
            if (leftOut != null) {
                BitSet where = rules.places(leftOut.to, !ofBefore);
                add(asked, leftOut, leftOut.key(!ofBefore), LEFT_OUT, where, true);
                add(asked, leftOut, leftOut.key(!ofBefore), LEFT_OUT, where, false);
            }
        }

        /** Adds what a rule and the clip have in common; dates of the clip come last. */
        private void add(
                ImpactRules asked,
                ImpactRule rule,
                String key,
                int level,
                BitSet where,
                boolean onBefore) {
            if (!where.intersects(places)) {
                return;
            }
            AddressSet addresses = common(rule.addresses, clip.addresses);
            if (addresses.isEmpty()) {
                return;
            }
            BitSet common = (BitSet) where.clone();
            common.and(places);
            boolean isMeant = level == MEANT;
            asked.add(
                    key,
                    level,
                    addresses,
                    common(asked, rule.accounts, clip.accounts),
                    common(asked, rule.computers, clip.computers),
                    isMeant ? null : rule.notBefore,
                    isMeant ? null : rule.expires,
                    asked.destination(common, common),
                    onBefore);
        }

        private AddressSet common(AddressSet one, AddressSet two) {
            if (one == two || two == AddressSet.ALL) {
                return one;
            }
            return one == AddressSet.ALL ? two : one.intersect(two);
        }

        private int common(ImpactRules asked, int one, int two) {
            if (one == ImpactRule.ANY && two == ImpactRule.ANY) {
                return ImpactRule.ANY;
            }
            BitSet found = (BitSet) rules.identities(one == ImpactRule.ANY ? two : one).clone();
            if (one != ImpactRule.ANY && two != ImpactRule.ANY) {
                found.and(rules.identities(two));
            }
            return asked.set(found);
        }

        private List<Region> answer(ImpactRules asked) {
            List<Region> found = new ArrayList<>();
            for (Region region : Impact.regions(universe, asked, from)) {
                Region inTime =
                        region.before().ordinal() == MEANT
                                ? within(region, clip.notBefore, clip.expires)
                                : null;
                if (inTime != null) {
                    found.add(inTime);
                }
            }
            return found;
        }
    }

    /** The part of a region in [notBefore, expires); null = none. */
    private static Region within(Region region, Instant notBefore, Instant expires) {
        Instant begins = region.from();
        if (notBefore != null && (begins == null || begins.isBefore(notBefore))) {
            begins = notBefore;
        }
        Instant ends = region.until();
        if (expires != null && (ends == null || expires.isBefore(ends))) {
            ends = expires;
        }
        if (begins != null && ends != null && !begins.isBefore(ends)) {
            return null;
        }
        if (Objects.equals(begins, region.from()) && Objects.equals(ends, region.until())) {
            return region;
        }
        Instant at = begins != null ? begins : ends == null ? Instant.EPOCH : ends.minusSeconds(1);
        return region.during(begins, ends, at);
    }

    /** With all that edited entries match blocked on both sides, the rest is collateral. */
    private List<Region> collateral() {
        if (isAllEdited()) {
            return List.of();
        }
        ImpactRules rest = new ImpactRules(universe);
        for (ImpactRule rule : rules.rules()) {
            copy(rule, rest, true);
            copy(rule, rest, false);
        }
        BitSet moved = new BitSet();
        List<ImpactUniverse.Place> places = universe.places();
        for (int i = 0; i < places.size(); i++) {
            moved.set(i, (places.get(i).before() == null) != (places.get(i).after() == null));
        }
        block(rest, AddressSet.ALL, ImpactRule.ANY, ImpactRule.ANY, moved);
        for (Edit edit : edits) {
            block(rest, edit.before(), true);
            block(rest, edit.after(), false);
        }
        return Impact.regions(universe, rest, from);
    }

    /** Whether every rule that differs is that of an edited entry; the usual case, and cheap. */
    private boolean isAllEdited() {
        Set<ImpactRule> edited = new HashSet<>();
        for (Edit edit : edits) {
            edited.add(edit.before());
            edited.add(edit.after());
        }
        for (ImpactRule rule : rules.rules()) {
            if (!rules.isUnchanged(rule) && !edited.contains(rule)) {
                return false;
            }
        }
        return true;
    }

    private void copy(ImpactRule rule, ImpactRules rest, boolean ofBefore) {
        if (rule.isOn(ofBefore)) {
            rest.add(
                    rule.key(ofBefore),
                    rule.level,
                    rule.addresses,
                    rest.set(rules, rule.accounts),
                    rest.set(rules, rule.computers),
                    rule.notBefore,
                    rule.expires,
                    rest.destination(rules.places(rule.to, true), rules.places(rule.to, false)),
                    ofBefore);
        }
    }

    private void block(ImpactRules rest, ImpactRule edited, boolean ofBefore) {
        if (edited != null) {
            block(
                    rest,
                    edited.addresses,
                    rest.set(rules, edited.accounts),
                    rest.set(rules, edited.computers),
                    rules.places(edited.to, ofBefore));
        }
    }

    private static void block(
            ImpactRules rest, AddressSet addresses, int accounts, int computers, BitSet places) {
        for (boolean side : new boolean[] {true, false}) {
            rest.add(
                    "edited",
                    ImpactRule.BLOCK,
                    addresses,
                    accounts,
                    computers,
                    null,
                    null,
                    rest.destination(places, places),
                    side);
        }
    }
}
