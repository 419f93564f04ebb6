package io.postern.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints the story: what is going on while it goes on, and one line for each step. */
final class Narrator {
    private static final String CLEAR = "\r\u001b[2K";

    /** What a step does. */
    @FunctionalInterface
    interface Step {
        /**
         * @return what was seen, for the line; empty = nothing to add
         */
        String run() throws Exception;
    }

    private final PrintWriter out;
    private final boolean terminal;
    private int steps;
    private int passed;
    private String current = "";

    Narrator(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs a step and says how it ended. @return whether it passed */
    boolean step(String name, Step step) {
        steps++;
        current = name;
        progress("");
        long began = System.nanoTime();
        String result;
        boolean good;
        try {
            result = step.run();
            good = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result = "interrupted";
            good = false;
        } catch (Exception e) {
            result = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            good = false;
        }
        passed += good ? 1 : 0;
        double seconds = (System.nanoTime() - began) / 1e9;
        line((good ? "PASS " : "FAIL ") + name + String.format(Locale.ROOT, "  [%.1f s]", seconds));
        if (!result.isBlank()) {
            result.lines().forEach(text -> line("       " + text));
        }
        return good;
    }

    /** What is going on within the step; on a terminal in place. */
    void progress(String what) {
        if (terminal) {
            out.print(CLEAR + "  ... " + current + (what.isBlank() ? "" : ": " + what));
            out.flush();
        }
    }

    void line(String text) {
        out.println((terminal ? CLEAR : "") + text);
        out.flush();
    }

    /** The last line. @return whether every step passed */
    boolean end() {
        line("story: " + steps + " steps, " + passed + " passed");
        return steps == passed;
    }
}
