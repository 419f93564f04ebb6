package io.postern.agent.postfix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * The programs of Postfix as small scripts over files, with faults on demand: one that needs no
 * root. Its tables are looked up by the text of single addresses only.
 */
final class FakePostfix {
    private static final String POSTCONF =
            """
            #!/bin/sh
            home=$(dirname "$0"); fault=$(cat "$home/fault"); shift 2
            case "$1" in
            -n) [ "$fault" = HANG ] && sleep 60
                [ "$fault" = HUGE ] && yes
                [ "$fault" = FAIL ] && { echo 'postconf: fatal: open main.cf: broken' >&2; exit 1; }
                shift; for n; do [ -f "$home/set/$n" ] && echo "$n = $(cat "$home/set/$n")"; done ;;
            -x) if [ "$fault" = GARBAGE ]; then echo 'what is this'; exit 0; fi
                echo "queue_directory = $home"
                for n in smtpd_client_restrictions smtpd_relay_restrictions; do
                    echo "$n = $(cat "$home/set/$n" 2>/dev/null)"; done ;;
            -Mx) echo 'smtp inet n - n - - smtpd' ;;
            -Px) ;;
            -e) case "$fault" in REFUSE) echo 'postconf: fatal: no space left' >&2; exit 1;;
                LOST_BEFORE) sleep 60;; esac
                [ "$fault" = IGNORE ] || printf '%s' "${2#* = }" > "$home/set/${2%% = *}"
                [ "$fault" = LOST_AFTER ] && sleep 60 ;;
            -X) rm "$home/set/$2" ;;
            esac
            exit 0
            """;
    private static final String POSTMAP =
            """
            #!/bin/sh
            home=$(dirname "$0"); file=${5#cidr:}
            [ "$(cat "$home/fault")" = LIES ] && exit 1
            awk '
                NR == FNR { key = $1; sub(/^[^ ]* /, ""); table[key] = $0; next }
                $0 in table { print $0 "\\t" table[$0]; next }
                "0.0.0.0/0" in table { print $0 "\\t" table["0.0.0.0/0"] }
            ' "$file" -
            exit 0
            """;
    private static final String POSTFIX =
            """
            #!/bin/sh
            home=$(dirname "$0"); fault=$(cat "$home/fault")
            case "$3" in
            status) [ "$fault" = STOPPED ] && exit 1 ;;
            reload) echo reload >> "$home/reloads"
                    [ "$fault" = NO_RELOAD ] && { echo 'fatal: no master' >&2; exit 1; } ;;
            esac
            exit 0
            """;

    private final Path home;

    FakePostfix(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(home.resolve("set"));
        fault("NONE");
        write("postconf", POSTCONF);
        write("postmap", POSTMAP);
        write("postfix", POSTFIX);
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(home.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    void fault(String fault) throws IOException {
        Files.writeString(home.resolve("fault"), fault);
    }

    int reloads() throws IOException {
        Path file = home.resolve("reloads");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    PostfixDriver driver(Duration timeout) throws IOException {
        Files.writeString(home.resolve("main.cf"), "");
        return new PostfixDriver(
                "mx1",
                home,
                null,
                home.resolve("postconf"),
                home.resolve("postmap"),
                home.resolve("postfix"),
                timeout,
                home);
    }
}
