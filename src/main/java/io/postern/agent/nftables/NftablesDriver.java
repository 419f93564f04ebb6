package io.postern.agent.nftables;

import io.postern.agent.DurableFile;
import io.postern.agent.NftablesPoint;
import io.postern.agent.program.NotStartedException;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesNames;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.NftablesText;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps our table of one server in the kernel of this host. Each write is checked by nft first, is
 * one transaction, and is read back; one whose answer is lost is settled by reading.
 */
public final class NftablesDriver implements NftablesPoint {
    /** Tables of the old iptables, which nft does not list. */
    private static final List<Path> LEGACY =
            List.of(Path.of("/proc/net/ip_tables_names"), Path.of("/proc/net/ip6_tables_names"));

    private final String server;
    private final String table;
    private final List<Integer> ports;
    private final NftablesHook hook;
    private final Nft nft;
    private final Path file;
    private final BootRecord boot;
    private ObservedNftables shown;
    private boolean isBootSeen;

    /**
     * Asks nothing yet.
     *
     * @param server its name in the policy
     * @param ports of the server; what other tables do to them is told
     * @param hook where the table belongs on this host
     * @param binary the program nft, by its full path: whoever can change a search path must not
     *     choose what runs
     * @param timeout for one run of it; 100,000 ranges need seconds
     * @param directory of this server's files; exists. The last script stays there
     */
    public NftablesDriver(
            String server,
            List<Integer> ports,
            NftablesHook hook,
            Path binary,
            Duration timeout,
            Path directory) {
        this(server, ports, hook, new Nft(binary, timeout, Nft.MAX_OUTPUT_BYTES), directory);
    }

    NftablesDriver(String server, List<Integer> ports, NftablesHook hook, Nft nft, Path directory) {
        this(server, ports, hook, nft, directory, BootRecord.BOOT_ID);
    }

    NftablesDriver(
            String server,
            List<Integer> ports,
            NftablesHook hook,
            Nft nft,
            Path directory,
            Path bootId) {
        this.boot = new BootRecord(directory, bootId);
        this.server = server;
        this.table = NftablesNames.table(server);
        this.ports = List.copyOf(ports);
        this.hook = hook;
        this.nft = nft;
        this.file = directory.toAbsolutePath().resolve("nftables.nft");
    }

    @Override
    public synchronized ObservedNftables read() throws IOException {
        shown = null;
        ObservedNftables read = ask("list", "ruleset");
        shown = isBootSeen ? read : afterBoot(read);
        isBootSeen = true;
        return shown;
    }

    /** A reboot took the table: it is loaded as it was, whatever the service says by now. */
    private ObservedNftables afterBoot(ObservedNftables read) throws IOException {
        Path lost = read.held().isAbsent() && read.deviations().isEmpty() ? boot.toLoad() : null;
        if (lost == null) {
            if (!read.held().isAbsent()) {
                boot.keepBoot();
            }
            return read;
        }
        try {
            nft.run("-c", "-f", lost.toString());
            nft.run("-f", lost.toString());
        } catch (IOException e) {
            throw new IOException(
                    "the table that a reboot took cannot be loaded again: " + e.getMessage(), e);
        }
        boot.keepBoot();
        return ask("list", "ruleset");
    }

    private ObservedNftables ask(String... words) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-j"));
        arguments.addAll(List.of(words));
        try {
            String listing = nft.run(arguments.toArray(String[]::new));
            return withNotes(NftablesExports.parse(listing, table, hook, ports, local()));
        } catch (UnreadableException e) {
            throw new IOException(
                    "what nft lists for "
                            + server
                            + " cannot be read: line "
                            + e.line
                            + ", column "
                            + e.column
                            + ": "
                            + VisibleText.of(e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the nftables of " + server + ": " + e.getMessage(), e);
        }
    }

    /** The addresses of this host. */
    private static AddressSet local() {
        List<AddressRange> all = new ArrayList<>();
        try {
            for (InterfaceAddress one :
                    NetworkInterface.networkInterfaces()
                            .flatMap(link -> link.getInterfaceAddresses().stream())
                            .toList()) {
                // A link-local address carries its link behind a percent sign.
                String text = one.getAddress().getHostAddress().replaceFirst("%.*", "");
                all.add(AddressRange.parse(text));
            }
        } catch (SocketException e) {
            // Not known: then what comes by loopback is told as coming from outside.
            return AddressSet.EMPTY;
        }
        return AddressSet.of(all);
    }

    private static ObservedNftables withNotes(ObservedNftables observed) {
        List<String> notes = new ArrayList<>(observed.notes());
        for (Path names : LEGACY) {
            try {
                if (Files.exists(names) && !Files.readString(names).isBlank()) {
                    notes.add(
                            "Tables of the old iptables are loaded ("
                                    + names
                                    + "), which nft does not list; what they do is not known.");
                }
            } catch (IOException e) {
                notes.add("Whether tables of the old iptables are loaded cannot be read.");
            }
        }
        return new ObservedNftables(
                observed.table(),
                observed.hook(),
                observed.held(),
                observed.deviations(),
                observed.foreign(),
                observed.counters(),
                notes);
    }

    @Override
    public synchronized void execute(NftablesStep step) throws IOException {
        if (shown == null) {
            read();
        }
        ObservedNftables before = shown;
        ObservedNftables expected;
        try {
            expected = NftablesPlan.apply(before, step);
        } catch (IllegalStateException e) {
            throw new IOException("nothing was written: " + e.getMessage(), e);
        }
        String script = script(before, step);
        if (script.isEmpty()) {
            return;
        }
        check(script);
        // Whatever happens from here on, what was read is no longer known to be so.
        shown = null;
        write(step, before);
        if (!isAs(after(step.after()), step.after())) {
            throw new IOException(
                    "the table reads back otherwise than it was written: " + step.description());
        }
        shown = expected;
        boot.keep(table, step.after());
    }

    @Override
    public synchronized void settle() throws IOException {
        ObservedNftables now = shown == null ? read() : shown;
        if (now.deviations().isEmpty()) {
            boot.keep(table, now.held());
        }
    }

    /** Where only elements differ from what is surely there, only they are sent. */
    private static String script(ObservedNftables before, NftablesStep step) {
        String whole = NftablesText.replace(step.table(), step.after());
        return before.deviations().isEmpty()
                ? NftablesText.update(step.table(), step.before(), step.after()).orElse(whole)
                : whole;
    }

    private void check(String script) throws IOException {
        try {
            DurableFile.write(file, script.getBytes(StandardCharsets.US_ASCII));
            nft.run("-c", "-f", file.toString());
        } catch (IOException e) {
            throw new IOException("nothing was written: " + e.getMessage(), e);
        }
    }

    private void write(NftablesStep step, ObservedNftables before) throws IOException {
        try {
            nft.run("-f", file.toString());
        } catch (Nft.RefusedException | NotStartedException e) {
            throw new IOException("nothing was written: " + e.getMessage(), e);
        } catch (IOException e) {
            settle(step, before, e);
        }
    }

    /** Reads what an unanswered write has done. */
    private void settle(NftablesStep step, ObservedNftables before, IOException why)
            throws IOException {
        ObservedNftables found;
        try {
            found = ask("list", "ruleset");
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether this was written: "
                            + step.description()
                            + " ("
                            + why.getMessage()
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (isAs(found, step.after())) {
            return;
        }
        boolean isOld =
                found.held().equals(before.held())
                        && found.deviations().equals(before.deviations());
        throw new IOException(
                isOld
                        ? "it was not written: " + why.getMessage()
                        : "the table is neither as before nor as wanted: " + why.getMessage(),
                why);
    }

    /** Our table alone, or that it is not there. */
    private ObservedNftables after(NftablesState wanted) throws IOException {
        return wanted.isAbsent() ? ask("list", "tables") : ask("list", "table", "inet", table);
    }

    private static boolean isAs(ObservedNftables found, NftablesState wanted) {
        return found.held().equals(wanted) && found.deviations().isEmpty();
    }
}
