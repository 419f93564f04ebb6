package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Joins pieces into regions: disjoint products, few and large, in a fixed order. */
final class ImpactRegions {
    private static final Comparator<Region> ORDER =
            Comparator.comparing(Region::direction)
                    .thenComparing(Region::after, Comparator.reverseOrder())
                    .thenComparing(Region::before)
                    .thenComparing(region -> region.addresses().ranges().get(0))
                    .thenComparing(Region::from, Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparing(Region::until, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(region -> region.servers().toString(), KeyOrder.CODE_POINT)
                    .thenComparing(region -> region.ports().toString())
                    .thenComparing(region -> region.accounts().toString(), KeyOrder.CODE_POINT)
                    .thenComparing(region -> region.computers().toString(), KeyOrder.CODE_POINT);

    private final ImpactUniverse universe;
    private final ImpactShapes shapes;
    private final List<Region> regions = new ArrayList<>();

    ImpactRegions(ImpactUniverse universe, ImpactShapes shapes, ImpactPieces pieces) {
        this.universe = universe;
        this.shapes = shapes;
        pieces.pieces().forEach(this::collect);
        regions.sort(ORDER);
    }

    List<Region> regions() {
        return regions;
    }

    /** Where places differ in a part of the addresses only, the rest is still one region. */
    private void collect(
            ImpactPieces.Case move, Map<AddressSet, List<ImpactUniverse.Place>> places) {
        List<List<ImpactUniverse.Place>> bySet = new ArrayList<>(places.values());
        AddressAtoms atoms = new AddressAtoms();
        int number = 0;
        for (AddressSet set : places.keySet()) {
            atoms.add(number++, set);
        }
        atoms.parts(null)
                .forEach(
                        (inSets, ranges) ->
                                collect(
                                        move.span(),
                                        AddressSet.of(ranges),
                                        move.who(),
                                        inSets.stream()
                                                .mapToObj(bySet::get)
                                                .flatMap(List::stream)
                                                .toList()));
    }

    /** Servers with the same ports share a region. */
    private void collect(
            ImpactCells.Span span,
            AddressSet addresses,
            ImpactCells.Who who,
            List<ImpactUniverse.Place> places) {
        Map<String, TreeSet<Integer>> portsOf = new TreeMap<>(KeyOrder.CODE_POINT);
        places.forEach(
                place ->
                        portsOf.computeIfAbsent(place.server(), any -> new TreeSet<>())
                                .add(place.port()));
        Map<TreeSet<Integer>, List<String>> serversWith = new LinkedHashMap<>();
        portsOf.forEach(
                (server, ports) ->
                        serversWith.computeIfAbsent(ports, any -> new ArrayList<>()).add(server));
        serversWith.forEach(
                (ports, servers) ->
                        regions.add(
                                region(
                                        span,
                                        addresses,
                                        who,
                                        servers,
                                        new ArrayList<>(ports),
                                        place(places, servers.get(0), ports.first()))));
    }

    private static ImpactUniverse.Place place(
            List<ImpactUniverse.Place> places, String server, int port) {
        return places.stream()
                .filter(place -> place.server().equals(server) && place.port() == port)
                .findFirst()
                .orElseThrow();
    }

    private Region region(
            ImpactCells.Span span,
            AddressSet addresses,
            ImpactCells.Who who,
            List<String> servers,
            List<Integer> ports,
            ImpactUniverse.Place place) {
        int account = example(who.accounts());
        int computer = example(who.computers());
        Address address = addresses.ranges().get(0).low();
        Instant at = example(span);
        Submission witness =
                new Submission(
                        address,
                        stated(account),
                        stated(computer),
                        place.server(),
                        place.port(),
                        at);
        return new Region(
                Direction.of(span.before(), span.after()),
                servers,
                ports,
                words(who.accounts(), universe.allAccounts()),
                words(who.computers(), universe.allComputers()),
                addresses,
                span.from(),
                span.until(),
                span.before(),
                span.after(),
                witness,
                new Region.Because(
                        shapes.deciding(place, true, account, computer, address, at),
                        shapes.deciding(place, false, account, computer, address, at)));
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

    private List<String> words(BitSet identities, BitSet all) {
        return identities.equals(all)
                ? List.of("*")
                : identities.stream().mapToObj(universe::word).toList();
    }
}
