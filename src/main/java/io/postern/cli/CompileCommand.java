package io.postern.cli;

import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.outlook.GuardProfile;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code postern compile}: what a policy means for an enforcement point of a server. */
@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        description = {
            "Compiles a policy to what an enforcement point of a server should hold, and the steps"
                    + " that lead there."
        },
        footer = {
            "",
            "Exit code: 0 = compiled (what cannot be held is listed), 2 = bad input.",
            "Without --observed the server counts as freshly installed: the five default"
                    + " connectors of a Mailbox server, and Exchange's three own firewall rules.",
            "Of --kind windows-firewall, client-powershell is the clients' side of the connection"
                    + " security and server-policy-powershell the server's own rules, both for a"
                    + " group policy object.",
            "Of --kind nftables, nft is what 'nft -f' reads; of --kind postfix, shell is a script for"
                    + " a person to read and run."
        })
public final class CompileCommand extends PolicyVerb {
    /** Kinds of enforcement points that can be compiled, in the words of the command line. */
    enum Kind {
        EXCHANGE("exchange", new ExchangeCompilation()),
        WINDOWS_FIREWALL("windows-firewall", new FirewallCompilation()),
        PICKUP("pickup", new PickupCompilation()),
        OUTLOOK_GUARD("outlook-guard", new OutlookGuardCompilation()),
        NFTABLES("nftables", new NftablesCompilation()),
        POSTFIX("postfix", new PostfixCompilation());

        private final String word;
        private final Compilation compilation;

        Kind(String word, Compilation compilation) {
            this.word = word;
            this.compilation = compilation;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The kinds by their words alone, not by the names of constants. */
    static final class KindWord implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String word) {
            return byWord(Kind.values(), word);
        }
    }

    /** The formats likewise. */
    static final class FormatWord implements ITypeConverter<CompileFormat> {
        @Override
        public CompileFormat convert(String word) {
            return byWord(CompileFormat.values(), word);
        }
    }

    /** The hooks likewise. */
    static final class HookWord implements ITypeConverter<NftablesHook> {
        @Override
        public NftablesHook convert(String word) {
            for (NftablesHook one : NftablesHook.values()) {
                if (one.word().equals(word)) {
                    return one;
                }
            }
            throw new TypeConversionException(
                    "expected one of input, forward but was '" + word + "'");
        }
    }

    private static <T> T byWord(T[] all, String word) {
        for (T one : all) {
            if (one.toString().equalsIgnoreCase(word)) {
                return one;
            }
        }
        throw new TypeConversionException(
                "expected one of "
                        + Stream.of(all).map(Object::toString).collect(Collectors.joining(", "))
                        + ", but was '"
                        + word
                        + "'");
    }

    /** The profiles of the guard in the words of the command line. */
    static final class GuardProfiles implements ITypeConverter<GuardProfile>, Iterable<String> {
        @Override
        public GuardProfile convert(String word) {
            for (GuardProfile profile : GuardProfile.values()) {
                if (profile.word().equals(word)) {
                    return profile;
                }
            }
            throw new TypeConversionException(
                    "expected one of " + words() + " but was '" + word + "'");
        }

        @Override
        public Iterator<String> iterator() {
            return words().iterator();
        }

        private static List<String> words() {
            return Stream.of(GuardProfile.values()).map(GuardProfile::word).toList();
        }
    }

    private final Clock clock;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "Policy file, YAML or JSON.")
    private Path policyFile;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "NAME",
            description = "A server of the policy.")
    private String serverName;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            converter = KindWord.class,
            description = "Kind of enforcement point: ${COMPLETION-CANDIDATES}.")
    private Kind kind;

    @Option(
            names = "--observed",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Exports of what the server has now. exchange: Get-ReceiveConnector, and"
                            + " Get-ADPermission for the relay right (CLIXML or JSON)."
                            + " windows-firewall: the firewall as the read script writes it."
                            + " pickup, outlook-guard: one file, as their read scripts write it."
                            + " nftables: one file, what nft -j list ruleset prints. postfix: one"
                            + " file, as docs/scripts/read-postfix.sh writes it.")
    private List<Path> observedFiles = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Compile for this time; now if left out.")
    private String at;

    @Option(
            names = "--identity-layer",
            description =
                    "For exchange, nftables and postfix: a layer of the server's was read back to be active and proves identity:"
                            + " an address then gets the highest tier that any identity has from"
                            + " it.")
    private boolean identityLayer;

    @Option(
            names = "--guard",
            paramLabel = "PROFILE",
            description =
                    "For outlook-guard: what happens when a program sends through Outlook:"
                            + " ${COMPLETION-CANDIDATES}; ask if left out.",
            converter = GuardProfiles.class,
            completionCandidates = GuardProfiles.class)
    private GuardProfile guard;

    @Option(
            names = "--hook",
            paramLabel = "HOOK",
            converter = HookWord.class,
            description =
                    "For nftables: input (on the server itself; if left out) or forward (on a gateway"
                            + " before it).")
    private NftablesHook hook;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatWord.class,
            description = "${COMPLETION-CANDIDATES}; text if left out.")
    private CompileFormat format = CompileFormat.TEXT;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    /** On the machine's clock. */
    public CompileCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" where {@code --at} does not
     */
    public CompileCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        Instant time = TimeText.at(at, clock);
        if (guard != null && kind != Kind.OUTLOOK_GUARD) {
            throw new BadInputException("--guard is for --kind outlook-guard");
        }
        if (hook != null && kind != Kind.NFTABLES) {
            throw new BadInputException("--hook is for --kind nftables");
        }
        Policy policy = PolicyFile.read(policyFile).policy();
        Server server = ServerChoice.of(policy, serverName, policyFile);
        kind.compilation.run(
                new CompileRequest(
                        policy,
                        server,
                        time,
                        observedFiles,
                        identityLayer,
                        guard,
                        hook,
                        json ? CompileFormat.JSON : format),
                out);
        return 0;
    }
}
