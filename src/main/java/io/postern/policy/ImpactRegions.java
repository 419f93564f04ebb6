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
import java.util.function.Function;

/** Joins pieces into regions: disjoint products, few and large, in a fixed order. */
final class ImpactRegions {
    private record Span(ImpactPieces.Move move, Instant from, Instant until) {}

    private record Box(List<ImpactUniverse.Place> places, BitSet accounts, BitSet computers) {}

    private record Who(BitSet accounts, BitSet computers) {}

    private record Edge(Address at, int set, boolean opens) {}

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

    ImpactRegions(ImpactUniverse universe, ImpactShapes shapes, List<ImpactPieces.Piece> pieces) {
        this.universe = universe;
        this.shapes = shapes;
        Map<Span, Map<AddressSet, List<ImpactPieces.Cell>>> spans = new LinkedHashMap<>();
        for (ImpactPieces.Piece piece : pieces) {
            spans.computeIfAbsent(
                            new Span(piece.move(), piece.from(), piece.until()),
                            any -> new LinkedHashMap<>())
                    .computeIfAbsent(piece.addresses(), any -> new ArrayList<>())
                    .add(piece.cell());
        }
        spans.forEach(this::collect);
        regions.sort(ORDER);
    }

    List<Region> regions() {
        return regions;
    }

    private void collect(Span span, Map<AddressSet, List<ImpactPieces.Cell>> bySet) {
        List<AddressSet> sets = new ArrayList<>(bySet.keySet());
        List<List<ImpactPieces.Cell>> cells = new ArrayList<>(bySet.values());
        atoms(sets)
                .forEach(
                        (inSets, ranges) -> {
                            List<Box> found = new ArrayList<>();
                            inSets.stream()
                                    .forEach(
                                            set ->
                                                    cells.get(set)
                                                            .forEach(cell -> found.add(box(cell))));
                            AddressSet addresses = AddressSet.of(ranges);
                            joined(found)
                                    .forEach(
                                            (who, places) -> collect(span, addresses, who, places));
                        });
    }

    private static Box box(ImpactPieces.Cell cell) {
        return new Box(cell.places(), cell.accounts(), cell.computers());
    }

    /**
     * Splits the space into the parts that lie in the same of the sets; parts in none are left out.
     */
    private static Map<BitSet, List<AddressRange>> atoms(List<AddressSet> sets) {
        TreeMap<Address, List<Edge>> edges = new TreeMap<>();
        for (int i = 0; i < sets.size(); i++) {
            for (AddressRange range : sets.get(i).ranges()) {
                addEdge(edges, new Edge(range.low(), i, true));
                Address end = after(range.high());
                if (end != null) {
                    addEdge(edges, new Edge(end, i, false));
                }
            }
        }
        Map<BitSet, List<AddressRange>> atoms = new LinkedHashMap<>();
        BitSet inside = new BitSet();
        Address low = null;
        for (Map.Entry<Address, List<Edge>> step : edges.entrySet()) {
            if (!inside.isEmpty()) {
                add(atoms, inside, new AddressRange(low, before(step.getKey())));
            }
            step.getValue().forEach(edge -> inside.set(edge.set(), edge.opens()));
            low = step.getKey();
        }
        if (!inside.isEmpty()) {
            add(atoms, inside, new AddressRange(low, Address.last(low.family())));
        }
        return atoms;
    }

    private static void addEdge(TreeMap<Address, List<Edge>> edges, Edge edge) {
        edges.computeIfAbsent(edge.at(), any -> new ArrayList<>()).add(edge);
    }

    private static void add(
            Map<BitSet, List<AddressRange>> atoms, BitSet inside, AddressRange range) {
        atoms.computeIfAbsent((BitSet) inside.clone(), any -> new ArrayList<>()).add(range);
    }

    /** The address after it in the order of both families; null after the very last. */
    private static Address after(Address address) {
        return address.next()
                .orElse(
                        address.family() == AddressFamily.IPV4
                                ? Address.first(AddressFamily.IPV6)
                                : null);
    }

    private static Address before(Address address) {
        return address.previous().orElse(Address.last(AddressFamily.IPV4));
    }

    /** Joins disjoint boxes over accounts and computers, in the order that gives fewer. */
    private static Map<Who, List<ImpactUniverse.Place>> joined(List<Box> boxes) {
        List<Box> one = joinComputers(joinAccounts(boxes));
        List<Box> two = joinAccounts(joinComputers(boxes));
        Map<Who, List<ImpactUniverse.Place>> byWho = new LinkedHashMap<>();
        for (Box box : one.size() <= two.size() ? one : two) {
            byWho.computeIfAbsent(
                            new Who(box.accounts(), box.computers()), any -> new ArrayList<>())
                    .addAll(box.places());
        }
        return byWho;
    }

    private static List<Box> joinAccounts(List<Box> boxes) {
        Map<List<Object>, List<Box>> alike =
                grouped(boxes, box -> List.of(box.places(), box.computers()));
        List<Box> joined = new ArrayList<>();
        for (List<Box> group : alike.values()) {
            BitSet accounts = new BitSet();
            group.forEach(box -> accounts.or(box.accounts()));
            joined.add(new Box(group.get(0).places(), accounts, group.get(0).computers()));
        }
        return joined;
    }

    private static List<Box> joinComputers(List<Box> boxes) {
        Map<List<Object>, List<Box>> alike =
                grouped(boxes, box -> List.of(box.places(), box.accounts()));
        List<Box> joined = new ArrayList<>();
        for (List<Box> group : alike.values()) {
            BitSet computers = new BitSet();
            group.forEach(box -> computers.or(box.computers()));
            joined.add(new Box(group.get(0).places(), group.get(0).accounts(), computers));
        }
        return joined;
    }

    private static Map<List<Object>, List<Box>> grouped(
            List<Box> boxes, Function<Box, List<Object>> key) {
        Map<List<Object>, List<Box>> groups = new LinkedHashMap<>();
        boxes.forEach(
                box -> groups.computeIfAbsent(key.apply(box), any -> new ArrayList<>()).add(box));
        return groups;
    }

    /** Servers with the same ports share a region. */
    private void collect(
            Span span, AddressSet addresses, Who who, List<ImpactUniverse.Place> places) {
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
            Span span,
            AddressSet addresses,
            Who who,
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
                Direction.of(span.move().before(), span.move().after()),
                servers,
                ports,
                words(who.accounts(), universe.allAccounts()),
                words(who.computers(), universe.allComputers()),
                addresses,
                span.from(),
                span.until(),
                span.move().before(),
                span.move().after(),
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

    private static Instant example(Span span) {
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
