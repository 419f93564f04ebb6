package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;

/** Joins what happens under each key into regions: disjoint products, few and large. */
final class ImpactRegions {
    /** What happens to whom, and when. */
    private record Case(ImpactCells.Span span, ImpactCells.Who who) {}

    /** Servers that share ports, and one of their places. */
    private record Target(List<String> servers, List<Integer> ports, int place) {}

    /** So many words of identity sets are held at a time; beyond, regions are joined in parts. */
    private static final long HELD_WORDS = 20_000_000;

    /** So many names of identities are kept in case the next region lists the same. */
    private static final long HELD_NAMES = 5_000_000;

    private final ImpactUniverse universe;
    private final ImpactSweep sweep;
    private final ImpactDeciding deciding;
    private final Consumer<Region> consumer;
    private final Map<BitSet, List<String>> accountWords = new HashMap<>();
    private final Map<BitSet, List<String>> computerWords = new HashMap<>();
    private final Map<BitSet, List<Target>> targets = new HashMap<>();
    private final ImpactParts parts;
    private Map<Case, BitSet> keysOf = new LinkedHashMap<>();
    private long held;
    private long heldNames;

    ImpactRegions(
            ImpactUniverse universe,
            ImpactRules rules,
            ImpactSweep sweep,
            Consumer<Region> consumer) {
        this.universe = universe;
        this.sweep = sweep;
        this.consumer = consumer;
        parts = new ImpactParts(sweep.edges().size());
        deciding = new ImpactDeciding(rules, sweep.edges());
    }

    /** Whether there is a region whose move and time count; costs less than the regions. */
    static boolean any(ImpactSweep sweep, ImpactCells cells, Predicate<ImpactCells.Span> counts) {
        for (ImpactKey key : sweep.runs().keySet()) {
            if (cells.changes(key).keySet().stream().anyMatch(counts)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hands every region on, keys of the same sources together.
     *
     * @param progress told the share of the keys that are done
     */
    void run(ImpactCells cells, DoubleConsumer progress) {
        Map<ImpactKey.Sources, List<ImpactKey>> keys = new LinkedHashMap<>();
        for (ImpactKey key : sweep.runs().keySet()) {
            keys.computeIfAbsent(key.sources(), any -> new ArrayList<>()).add(key);
        }
        int done = 0;
        for (List<ImpactKey> some : keys.values()) {
            for (ImpactKey key : some) {
                parts.add(sweep.runs().get(key));
                cells.changes(key).forEach(this::hold);
                if (held > HELD_WORDS) {
                    handOn();
                }
                progress.accept((double) ++done / sweep.runs().size());
            }
        }
        handOn();
    }

    private void hold(ImpactCells.Span span, List<ImpactCells.Who> classes) {
        for (ImpactCells.Who who : classes) {
            BitSet keys = keysOf.computeIfAbsent(new Case(span, who), any -> new BitSet());
            if (keys.isEmpty()) {
                held += who.accounts().size() + who.computers().size() >> 6;
            }
            keys.set(parts.size() - 1);
        }
    }

    /** Cases of the same keys share their addresses and places. */
    private void handOn() {
        Map<BitSet, List<Case>> casesOf = new LinkedHashMap<>();
        keysOf.forEach(
                (one, keys) -> casesOf.computeIfAbsent(keys, any -> new ArrayList<>()).add(one));
        keysOf = new LinkedHashMap<>();
        casesOf.forEach(
                (keys, cases) ->
                        parts.of(keys)
                                .forEach(
                                        (groups, positions) ->
                                                handOn(cases, targets(groups), positions)));
        parts.clear();
        accountWords.clear();
        computerWords.clear();
        heldNames = 0;
        held = 0;
    }

    private void handOn(List<Case> cases, List<Target> targets, BitSet positions) {
        AddressSet addresses = sweep.edges().addresses(positions);
        int first = positions.nextSetBit(0);
        for (Case one : cases) {
            for (Target target : targets) {
                consumer.accept(region(one, target, addresses, first));
            }
        }
    }

    private List<Target> targets(BitSet groups) {
        return targets.computeIfAbsent(
                groups,
                any -> {
                    BitSet places = new BitSet();
                    groups.stream().forEach(group -> places.or(sweep.places(group)));
                    return targetsOf(places);
                });
    }

    /** Servers with the same ports are one target. */
    private List<Target> targetsOf(BitSet places) {
        Map<String, TreeSet<Integer>> portsOf = new TreeMap<>(KeyOrder.CODE_POINT);
        Map<String, Integer> firstPlace = new HashMap<>();
        places.stream()
                .forEach(
                        number -> {
                            ImpactUniverse.Place place = universe.places().get(number);
                            portsOf.computeIfAbsent(place.server(), any -> new TreeSet<>())
                                    .add(place.port());
                            firstPlace.putIfAbsent(place.server(), number);
                        });
        Map<TreeSet<Integer>, List<String>> serversWith = new LinkedHashMap<>();
        portsOf.forEach(
                (server, ports) ->
                        serversWith.computeIfAbsent(ports, any -> new ArrayList<>()).add(server));
        List<Target> found = new ArrayList<>();
        serversWith.forEach(
                (ports, servers) ->
                        found.add(
                                new Target(
                                        List.copyOf(servers),
                                        List.copyOf(ports),
                                        firstPlace.get(servers.get(0)))));
        return found;
    }

    private Region region(Case one, Target target, AddressSet addresses, int position) {
        ImpactCells.Span span = one.span();
        int account = example(one.who().accounts());
        int computer = example(one.who().computers());
        Instant at = example(span);
        ImpactUniverse.Place place = universe.places().get(target.place());
        Submission witness =
                new Submission(
                        sweep.edges().low(position),
                        stated(account),
                        stated(computer),
                        place.server(),
                        place.port(),
                        at);
        return new Region(
                Direction.of(span.before(), span.after()),
                target.servers(),
                target.ports(),
                words(one.who().accounts(), universe.accountDomain(), accountWords),
                words(one.who().computers(), universe.computerDomain(), computerWords),
                addresses,
                span.from(),
                span.until(),
                span.before(),
                span.after(),
                witness,
                new Region.Because(
                        deciding.key(true, target.place(), account, computer, position, at),
                        deciding.key(false, target.place(), account, computer, position, at)));
    }

    /** No identity where that is inside, else a name, else (other). */
    private static int example(BitSet identities) {
        if (identities.get(ImpactUniverse.NONE)) {
            return ImpactUniverse.NONE;
        }
        int named = identities.nextSetBit(ImpactUniverse.OTHER + 1);
        return named >= 0 ? named : ImpactUniverse.OTHER;
    }

    private static Instant example(ImpactCells.Span span) {
        if (span.from() != null) {
            return span.from();
        }
        return span.until() == null ? Instant.EPOCH : span.until().minusSeconds(1);
    }

    private String stated(int identity) {
        return identity == ImpactUniverse.NONE ? null : universe.word(identity);
    }

    private List<String> words(BitSet identities, BitSet all, Map<BitSet, List<String>> known) {
        List<String> words = known.get(identities);
        if (words == null) {
            words =
                    identities.equals(all)
                            ? List.of("*")
                            : List.copyOf(identities.stream().mapToObj(universe::word).toList());
            heldNames += words.size();
            if (heldNames > HELD_NAMES) {
                accountWords.clear();
                computerWords.clear();
                heldNames = words.size();
            }
            known.put(identities, words);
        }
        return words;
    }
}
