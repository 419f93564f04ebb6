package io.postern.cli;

import java.util.function.DoubleConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error for work that takes longer than a second, where a person looks at a
 * terminal; otherwise nothing. Ends when closed; what it was working on can be cancelled with
 * Ctrl-C at any time, since verbs that show it only read.
 */
public final class Progress implements DoubleConsumer, AutoCloseable {
    private static final int STEPS = 1000;
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final String task;
    private final boolean isShown;
    private final long began = System.nanoTime();
    private ProgressBar bar;

    private Progress(String task, boolean isShown) {
        this.task = task;
        this.isShown = isShown;
    }

    /** For a task; a bar comes only if input and output are a terminal. */
    public static Progress of(String task) {
        return new Progress(task, System.console() != null);
    }

    /**
     * Tells how far the work is.
     *
     * @param share 0 = nothing done, 1 = all
     */
    @Override
    public void accept(double share) {
        if (!isShown || bar == null && System.nanoTime() - began < PATIENCE_NANOS) {
            return;
        }
        if (bar == null) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(STEPS)
                            .setStyle(ProgressBarStyle.ASCII)
                            .hideEta()
                            .clearDisplayOnFinish()
                            .build();
        }
        bar.stepTo(Math.round(share * STEPS));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
