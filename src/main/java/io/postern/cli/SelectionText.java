package io.postern.cli;

import io.postern.cli.SelectionCommand.Question;
import io.postern.enforcement.AddressCount;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorPartition;
import io.postern.enforcement.ConnectorPartition.Part;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.ConnectorSelection.Selected;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TierBounds;
import io.postern.enforcement.VisibleText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** A selection as text for people. */
final class SelectionText {
    /** More parts than this are counted; JSON has them all. */
    private static final int MOST_PARTS = 200;

    private SelectionText() {}

    /** Whether some connector takes somebody. */
    static boolean print(Question question, PrintWriter out) {
        boolean taken = false;
        if (question.listeners().isEmpty()) {
            out.println(
                    "No enabled connector of "
                            + VisibleText.of(question.server())
                            + " listens there on port "
                            + question.port()
                            + ": every session is refused.");
        }
        for (Binding listener : question.listeners()) {
            taken |=
                    question.client() == null
                            ? printParts(question, listener, out)
                            : printChoice(question, listener, out);
            out.println();
        }
        if (!question.conflicts().isEmpty()) {
            out.println("Exchange would refuse these connectors side by side:");
            question.conflicts().forEach(line -> out.println("  " + VisibleText.of(line)));
        }
        question.notes().forEach(note -> out.println("Note: " + note));
        return taken;
    }

    private static boolean printParts(Question question, Binding listener, PrintWriter out) {
        List<Part> parts =
                ConnectorPartition.of(question.connectors(), listener.address(), question.port());
        out.println(VisibleText.of(question.server()) + " " + Listeners.text(listener) + ":");
        TextTable table = new TextTable("addresses", "how many", "connector", "tier");
        boolean unknown = false;
        for (Part part : parts.subList(0, Math.min(parts.size(), MOST_PARTS))) {
            table.add(
                    part.range().toString(),
                    AddressCount.of(part.range().count()),
                    part.connector() == null
                            ? "(none: refused)"
                            : VisibleText.of(part.connector().name()),
                    part.bounds().toString());
            unknown |= !part.bounds().isKnown();
        }
        table.print("  ", out);
        if (parts.size() > MOST_PARTS) {
            out.println(
                    "  and " + (parts.size() - MOST_PARTS) + " more parts; --json has them all");
        }
        if (unknown) {
            out.println("  " + doubt());
        }
        return parts.stream().anyMatch(part -> part.connector() != null);
    }

    private static String doubt() {
        return "'or': the permissions were not exported, so whether anonymous clients may relay is"
                + " unknown; add Get-ADPermission.";
    }

    private static boolean printChoice(Question question, Binding listener, PrintWriter out) {
        ConnectorSelection selection = new ConnectorSelection(question.connectors());
        Optional<Selected> selected =
                selection.select(listener.address(), question.port(), question.client());
        out.print(question.client() + " to " + Listeners.text(listener) + ": ");
        if (selected.isEmpty()) {
            out.println("no connector takes it; the session is refused.");
        } else {
            ReceiveConnector connector = selected.get().connector();
            TierBounds bounds = TierBounds.of(connector);
            out.println(
                    "connector '"
                            + VisibleText.of(connector.name())
                            + "' takes it; tier "
                            + bounds
                            + ".");
            out.println(
                    "  range " + selected.get().range() + ", binding " + selected.get().binding());
            if (!bounds.isKnown()) {
                out.println("  " + doubt());
            }
        }
        selection
                .explain(listener.address(), question.port(), question.client())
                .forEach(
                        one ->
                                out.println(
                                        (one.chosen() ? "  * '" : "    '")
                                                + VisibleText.of(one.connector())
                                                + "': "
                                                + VisibleText.of(one.why())));
        return selected.isPresent();
    }
}
