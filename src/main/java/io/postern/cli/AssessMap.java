package io.postern.cli;

import io.postern.enforcement.Assessment;
import io.postern.enforcement.ConnectorPartition.Part;
import io.postern.enforcement.Exposure;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.TierBounds;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.math.BigInteger;

/**
 * The address space of one listener as a square of 256 cells, one for each value of the first byte;
 * each cell shows the furthest that anyone in it gets.
 */
final class AssessMap {
    private static final int CELLS = 256;
    private static final int ROW = 16;
    private static final int SIZE = 20;

    private final Exposure exposure;
    private final AddressFamily family;
    private final TierBounds[] furthest = new TierBounds[CELLS];
    private final boolean[] mixed = new boolean[CELLS];

    AssessMap(Assessment assessment, Exposure exposure) {
        this.exposure = exposure;
        family = exposure.listener().address().family();
        for (Part part : exposure.parts()) {
            TierBounds bounds = assessment.effective(part.bounds());
            for (int cell = cell(part.range().low()); cell <= cell(part.range().high()); cell++) {
                if (furthest[cell] == null) {
                    furthest[cell] = bounds;
                } else if (!furthest[cell].equals(bounds)) {
                    mixed[cell] = true;
                    if (isFurther(bounds, furthest[cell])) {
                        furthest[cell] = bounds;
                    }
                }
            }
        }
    }

    private static boolean isFurther(TierBounds a, TierBounds b) {
        int byMost = a.atMost().compareTo(b.atMost());
        return byMost != 0 ? byMost > 0 : a.atLeast().compareTo(b.atLeast()) > 0;
    }

    private int cell(Address address) {
        return family == AddressFamily.IPV4
                ? (int) (address.low() >>> 24)
                : (int) (address.high() >>> 56);
    }

    /** The style class of a tier, also the word in the legend. */
    static String style(TierBounds bounds) {
        return bounds.isKnown() ? bounds.atLeast().word() : "unknown";
    }

    /** A letter, so that the picture does not need colours. */
    private static String letter(TierBounds bounds) {
        return switch (style(bounds)) {
            case "internal" -> "i";
            case "relay" -> "R";
            case "trusted" -> "T";
            case "unknown" -> "?";
            default -> "";
        };
    }

    /** The picture; every text in it is ours. */
    String svg() {
        int width = ROW * SIZE;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg class=\"map\" role=\"img\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(width)
                .append("\" aria-label=\"")
                .append(Listeners.name(family))
                .append(" address space, one cell for each first byte\">");
        for (int cell = 0; cell < CELLS; cell++) {
            append(svg, cell);
        }
        return svg.append("</svg>").toString();
    }

    private void append(StringBuilder svg, int cell) {
        int x = cell % ROW * SIZE;
        int y = cell / ROW * SIZE;
        svg.append("<g class=\"").append(style(furthest[cell])).append("\"><title>");
        svg.append(network(cell)).append(": ").append(furthest[cell]);
        svg.append(mixed[cell] ? " in a part of it" : "").append("</title>");
        svg.append(rectangle(x, y, SIZE - 1, mixed[cell] ? "part" : "whole"));
        String letter = letter(furthest[cell]);
        if (!letter.isEmpty()) {
            svg.append("<text x=\"").append(x + SIZE / 2).append("\" y=\"").append(y + 14);
            svg.append("\">").append(letter).append("</text>");
        }
        svg.append("</g>");
    }

    private static String rectangle(int x, int y, int size, String style) {
        return "<rect class=\""
                + style
                + "\" x=\""
                + x
                + "\" y=\""
                + y
                + "\" width=\""
                + size
                + "\" height=\""
                + size
                + "\"/>";
    }

    private AddressRange network(int cell) {
        BigInteger size = BigInteger.ONE.shiftLeft(family.bits() - 8);
        BigInteger low = size.multiply(BigInteger.valueOf(cell));
        return new AddressRange(
                Address.of(family, low),
                Address.of(family, low.add(size).subtract(BigInteger.ONE)));
    }
}
