package io.postern.enforcement.postfix;

import io.postern.enforcement.Unsupported;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.postfix.PostfixStep.RemoveTables;
import io.postern.enforcement.postfix.PostfixStep.SetParameter;
import io.postern.enforcement.postfix.PostfixStep.WriteTables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Steps as a POSIX shell script. */
final class PostfixScript {
    private static final String END = "POSTERN_TABLE_ENDS";

    private static final String FUNCTIONS =
            """
            set -eu
            LC_ALL=C
            export LC_ALL

            # The value of a parameter in main.cf: 'set <value>' or 'not set'.
            shown() {
                line=$(postconf -n "$1" 2>/dev/null)
                if [ -z "$line" ]; then echo 'not set'; return; fi
                value=$(printf '%s\\n' "$line" | sed -e 's/^[^=]*=//' -e 's/^ *//' -e 's/ *$//')
                printf 'set %s\\n' "$value"
            }

            # Whether a parameter is as it was when this script was written.
            expect() {
                if [ "$(shown "$1")" != "$2" ]; then
                    echo "$1 is not as it was when this script was written: $(shown "$1")" >&2
                    exit 1
                fi
            }

            # Replaces a table by standard input, old or new and never half.
            table() {
                cat > "$tables/$1.part"
                sync "$tables/$1.part"
                mv "$tables/$1.part" "$tables/$1"
                sync "$tables"
            }
            """;

    private final String directory;
    private final List<PostfixStep> steps;

    PostfixScript(String directory, List<PostfixStep> steps) {
        this.directory = directory;
        this.steps = steps;
    }

    String text(String server, List<Unsupported> unsupported) {
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        script.append(comment("Postfix of " + server + ", by Postern."));
        script.append("# Run it there as root: 'apply' takes the steps, 'undo' takes them back.\n");
        for (Unsupported one : unsupported) {
            script.append(comment("Not held: " + one.entry() + ": " + one.reason() + "."));
            script.append(comment("  Remedy: " + one.remedy() + "."));
        }
        if (steps.isEmpty()) {
            return script.append("# There is nothing to do.\n").toString();
        }
        List<PostfixStep> back = new ArrayList<>();
        steps.forEach(step -> back.add(step.inverse()));
        Collections.reverse(back);
        script.append(FUNCTIONS).append("\ntables=").append(quoted(directory)).append('\n');
        script.append("case \"${1:-}\" in\napply)\n");
        steps.forEach(step -> append(script, step));
        script.append("    ;;\nundo)\n");
        back.forEach(step -> append(script, step));
        return script.append("    ;;\n*)\n    echo \"usage: $0 apply|undo\" >&2\n    exit 2\n")
                .append("    ;;\nesac\n")
                .toString();
    }

    private static void append(StringBuilder script, PostfixStep step) {
        script.append("    ").append(comment(step.description()));
        if (step instanceof WriteTables write) {
            script.append("    mkdir -p -m 700 \"$tables\"\n");
            table(script, PostfixText.CLIENTS_FILE, PostfixText.clients(write.after()));
            table(script, PostfixText.RELAY_FILE, PostfixText.relay(write.after()));
        } else if (step instanceof RemoveTables) {
            script.append("    rm -f \"$tables/").append(PostfixText.CLIENTS_FILE);
            script.append("\" \"$tables/").append(PostfixText.RELAY_FILE).append("\"\n");
        } else if (step instanceof SetParameter change) {
            script.append("    expect ").append(change.name()).append(' ');
            script.append(quoted(shown(change.before()))).append('\n');
            script.append(
                    change.after() == null
                            ? "    postconf -X " + change.name()
                            : "    postconf -e " + quoted(change.name() + " = " + change.after()));
            script.append('\n');
        }
        script.append("    postfix reload\n");
    }

    private static String shown(String value) {
        return value == null ? "not set" : "set " + value;
    }

    private static void table(StringBuilder script, String file, String content) {
        script.append("    table ").append(file).append(" <<'").append(END).append("'\n");
        script.append(content).append(END).append('\n');
    }

    private static String comment(String text) {
        return "# " + VisibleText.of(text, 500) + "\n";
    }

    /** In single quotes, where nothing acts. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
