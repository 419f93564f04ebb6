package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what changes, place by place and address by address: places where the same entries apply
 * are one, and so are addresses that the same entries cover.
 */
final class ImpactPieces {
    /** A move of some identities for a stretch of time. */
    record Case(ImpactCells.Span span, ImpactCells.Who who) {}

    private record Sides(BitSet before, BitSet after) {}

    private final ImpactShapes shapes;
    private final ImpactCells cells;
    private final Map<Case, Map<AddressSet, List<ImpactUniverse.Place>>> pieces =
            new LinkedHashMap<>();

    ImpactPieces(ImpactUniverse universe, ImpactShapes shapes, ImpactCells cells) {
        this.shapes = shapes;
        this.cells = cells;
        Map<Sides, List<ImpactUniverse.Place>> alike = new LinkedHashMap<>();
        for (ImpactUniverse.Place place : universe.places()) {
            Sides sides = new Sides(shapes.at(place, true), shapes.at(place, false));
            alike.computeIfAbsent(sides, any -> new ArrayList<>()).add(place);
        }
        alike.forEach(this::collect);
    }

    /** For each case, address sets with the places where it happens to just these addresses. */
    Map<Case, Map<AddressSet, List<ImpactUniverse.Place>>> pieces() {
        return pieces;
    }

    private void collect(Sides sides, List<ImpactUniverse.Place> places) {
        BitSet changed = (BitSet) sides.before().clone();
        changed.xor(sides.after());
        if (changed.isEmpty()) {
            return;
        }
        BitSet all = (BitSet) sides.before().clone();
        all.or(sides.after());
        AddressAtoms atoms = new AddressAtoms();
        all.stream().forEach(n -> atoms.add(n, shapes.shape(n).addresses()));
        Map<Case, List<AddressRange>> found = new LinkedHashMap<>();
        atoms.parts(changed)
                .forEach(
                        (covering, ranges) ->
                                cells.changes(
                                                and(covering, sides.before()),
                                                and(covering, sides.after()))
                                        .forEach(
                                                (span, classes) ->
                                                        add(found, span, classes, ranges)));
        found.forEach(
                (move, ranges) ->
                        pieces.computeIfAbsent(move, any -> new LinkedHashMap<>())
                                .computeIfAbsent(AddressSet.of(ranges), any -> new ArrayList<>())
                                .addAll(places));
    }

    private static void add(
            Map<Case, List<AddressRange>> found,
            ImpactCells.Span span,
            List<ImpactCells.Who> classes,
            List<AddressRange> ranges) {
        for (ImpactCells.Who who : classes) {
            found.computeIfAbsent(new Case(span, who), any -> new ArrayList<>()).addAll(ranges);
        }
    }

    private static BitSet and(BitSet a, BitSet b) {
        BitSet result = (BitSet) a.clone();
        result.and(b);
        return result;
    }
}
