package io.postern.cli.selftest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that an agent calls instead of nft and postfix: they do what they are asked, and when
 * armed something else as well, of which they say nothing. Only that agent's mount namespace sees
 * them. What was done wrong is put right before the next write, as a fault of one write is.
 */
final class LinuxTampering {
    private static final String TABLE = "postern_mx1";

    private static final String NFT =
            """
            #!/bin/sh
            D='%s'
            T=%s
            REAL="$D/nft-real"
            case "$*" in
            *"-f "*)
                if [ -f "$D/tampered" ]; then
                    "$REAL" -f "$D/untamper.nft" 2>/dev/null
                    { echo "table inet $T"; echo "delete table inet $T"; cat "$D/saved.nft"; } > "$D/restore.nft"
                    "$REAL" -f "$D/restore.nft" || exit 1
                    rm -f "$D/tampered"
                fi
                "$REAL" "$@" || exit $?
                if [ "$1" = -f ] && [ -f "$D/armed" ]; then
                    rm -f "$D/armed"
                    "$REAL" list table inet "$T" > "$D/saved.nft"
                    "$REAL" -j list ruleset > "$D/cache.-j_list_ruleset"
                    "$REAL" -j list tables > "$D/cache.-j_list_tables"
                    "$REAL" -j list table inet "$T" > "$D/cache.-j_list_table_inet_$T"
                    touch "$D/tampered"
                    "$REAL" -f "$D/tamper.nft" 2>> "$D/tamper.log"
                fi
                exit 0 ;;
            *)
                C="$D/cache.$(echo "$*" | tr ' ' _)"
                if [ -f "$D/tampered" ] && [ -f "$C" ]; then exec cat "$C"; fi
                exec "$REAL" "$@" ;;
            esac
            """;

    private static final String POSTFIX =
            """
            #!/bin/sh
            D='%s'
            if [ "$3" = reload ] && [ -f "$D/no-reload" ]; then exit 0; fi
            exec "$D/postfix-real" "$@"
            """;

    private final Path directory;

    /**
     * @param directory exists
     */
    LinuxTampering(Path directory) throws IOException {
        this.directory = directory;
        copy("nft");
        copy("postfix");
        program("nft", NFT.formatted(directory, TABLE));
        program("postfix", POSTFIX.formatted(directory));
        write("untamper.nft", "table inet postern_selftest\ndelete table inet postern_selftest\n");
    }

    private static Path installed(String program) {
        return Path.of("/usr/sbin", program);
    }

    private void copy(String program) throws IOException {
        Files.copy(
                installed(program).toRealPath(),
                directory.resolve(program + "-real"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void program(String name, String text) throws IOException {
        write(name, text);
        Files.setPosixFilePermissions(
                directory.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
    }

    /** The command under which these programs stand in the place of the system's. */
    List<String> command(List<String> command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "-c",
                                "mount --bind \"$1/nft\" /usr/sbin/nft"
                                        + " && mount --bind \"$1/postfix\" /usr/sbin/postfix"
                                        + " && shift && exec \"$@\"",
                                "sh",
                                directory.toString()));
        all.addAll(command);
        return all;
    }

    /** After the next write of our table, does this too and hides it. @param script of nft */
    void arm(String script) throws IOException {
        write("tamper.nft", script);
        write("armed", "");
    }

    /** Reloads of Postfix do nothing from now on. */
    void loseReloads() throws IOException {
        write("no-reload", "");
    }

    /** Nothing more goes wrong; what went wrong is put right at the next write. */
    void disarm() throws IOException {
        Files.deleteIfExists(directory.resolve("armed"));
        Files.deleteIfExists(directory.resolve("no-reload"));
    }
}
