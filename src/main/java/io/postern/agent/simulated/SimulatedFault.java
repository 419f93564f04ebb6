package io.postern.agent.simulated;

import io.postern.enforcement.Binding;
import io.postern.enforcement.firewall.AccountList;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One thing that a simulated server does wrong on purpose. Everything but the kinds of the agent
 * itself concerns what is in force; what is read back stays what was asked for.
 *
 * @param server the only one concerned; null = every one
 * @param isLasting whether it stays when what was held before it was armed is written again
 * @param arguments as many, and of the form, that the kind asks for
 */
record SimulatedFault(String server, boolean isLasting, Kind kind, List<String> arguments) {
    private static final int MAX_SECONDS = 86_400;

    /** What an argument must be. */
    enum Argument {
        ADDRESS,
        RANGE,
        PORT,
        SECONDS,
        MILLIS,
        SID,
        WORD
    }

    /** What goes wrong; the words of the fault file. */
    enum Kind {
        /** Open managed connectors lack the range. */
        DROP_RANGE(Argument.RANGE),
        /** The open connector that holds the address holds the range too. */
        OPEN_RANGE(Argument.RANGE, Argument.ADDRESS),
        /** The closed connector holds the range, and nobody else does. */
        CLOSE_RANGE(Argument.RANGE),
        /** Open managed connectors lack their IPv6 ranges. */
        DROP_IPV6,
        /** The closed connector lacks its IPv6 ranges. */
        OPEN_IPV6,
        /** The open connector that holds the address is off. */
        DISABLE_CONNECTOR(Argument.ADDRESS),
        /** The closed connector is off: everyone falls through to the default. */
        DISABLE_CLOSED,
        /** A foreign connector without anonymous rights takes the range. */
        SHADOW(Argument.RANGE),
        /** The connector that holds the address has the relay right. */
        GIVE_RELAY(Argument.ADDRESS),
        /** The connector that holds the address lacks the relay right. */
        TAKE_RELAY(Argument.ADDRESS),
        /** The connector that holds the address lacks anonymous users. */
        TAKE_ANONYMOUS(Argument.ADDRESS),
        /** The connector that holds the address listens on another port. */
        REBIND_PORT(Argument.ADDRESS, Argument.PORT),
        /** The connector that holds the first address listens on the second one alone. */
        REBIND_ADDRESS(Argument.ADDRESS, Argument.ADDRESS),
        /** A second managed connector, chosen first, holds the range with the other relay right. */
        DUPLICATE_RANGE(Argument.RANGE),
        /** The connectors are those from before. */
        OLD_CONNECTORS,
        /** At this address of the server the connectors are those from before. */
        OLD_CONNECTORS_AT(Argument.ADDRESS),
        /** The firewall is the one from before. */
        OLD_FIREWALL,
        /** Our rules that let the address in are off. */
        DISABLE_RULE(Argument.ADDRESS),
        /** Exchange's own rules are on. */
        ORIGINAL_RULES,
        /** Our first rule with denials lacks them, and allows whom they name. */
        DROP_DENIALS,
        /** Our rules lack one of the accounts or computers. */
        DROP_IDENTITY(Argument.SID),
        /** Our rules ask nobody for a proof. */
        ASK_NO_PROOF,
        /** The profiles let in what no rule names. */
        INBOUND_ALLOWED,
        /** MAIL is answered 451 for so long from the first session on; 0 = for ever. */
        REPLY_4XX(Argument.SECONDS),
        /** Refusals take so long. */
        TARPIT(Argument.MILLIS),
        /** The connection is closed after the banner. */
        CLOSE_EARLY,
        /** The banner is no SMTP. */
        NONSENSE,
        /** Every client of its family seems to be this address. */
        MASQUERADE(Argument.ADDRESS),
        /** Nobody listens. */
        REFUSE_CONNECTIONS,
        /** Every step of the agent is refused. */
        FAIL_STEP,
        /** Steps of the agent are accepted and do nothing. */
        LOSE_WRITES,
        /** After the first read-back the connectors from before are put back. */
        PUT_BACK,
        /** A step of the agent does not end. */
        HANG,
        /** The agent's wall clock is wrong by so much; negative = slow. */
        CLOCK_SKEW(Argument.SECONDS),
        /** An update of Exchange puts its own firewall rules back, once for each argument. */
        CUMULATIVE_UPDATE(Argument.WORD);

        private final List<Argument> arguments;

        Kind(Argument... arguments) {
            this.arguments = List.of(arguments);
        }

        /** As in the fault file. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    SimulatedFault {
        arguments = List.copyOf(arguments);
    }

    /**
     * Reads one line: {@code [@SERVER] [always] KIND [ARGUMENT...]}.
     *
     * @throws IllegalArgumentException for a user, if it is none
     */
    static SimulatedFault parse(String line) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        String server = null;
        if (words.get(0).startsWith("@")) {
            server = words.get(0).substring(1);
            words = words.subList(1, words.size());
        }
        boolean isLasting = !words.isEmpty() && words.get(0).equals("always");
        if (isLasting) {
            words = words.subList(1, words.size());
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a fault is missing");
        }
        String word = words.get(0);
        Kind kind =
                Arrays.stream(Kind.values())
                        .filter(one -> one.word().equals(word))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "'"
                                                        + word
                                                        + "' is no fault (allowed: "
                                                        + Arrays.stream(Kind.values())
                                                                .map(Kind::word)
                                                                .collect(Collectors.joining(", "))
                                                        + ")"));
        List<String> arguments = words.subList(1, words.size());
        check(kind, arguments);
        return new SimulatedFault(server, isLasting, kind, arguments);
    }

    private static void check(Kind kind, List<String> arguments) {
        if (arguments.size() != kind.arguments.size()) {
            throw new IllegalArgumentException(
                    kind.word()
                            + " takes "
                            + kind.arguments.size()
                            + " argument(s), not "
                            + arguments.size());
        }
        for (int i = 0; i < arguments.size(); i++) {
            String text = arguments.get(i);
            switch (kind.arguments.get(i)) {
                case ADDRESS -> Address.parse(text);
                case RANGE -> AddressRange.parse(text);
                case PORT -> new Binding(Address.parse("0.0.0.0"), number(text));
                case SECONDS, MILLIS -> number(text);
                case SID -> {
                    if (!AccountList.isSid(text)) {
                        throw new IllegalArgumentException("'" + text + "' is no SID");
                    }
                }
                case WORD -> {}
            }
        }
    }

    private static int number(String text) {
        if (!text.matches("-?\\d{1,6}") || Math.abs(Integer.parseInt(text)) > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no number from -" + MAX_SECONDS + " to " + MAX_SECONDS);
        }
        return Integer.parseInt(text);
    }

    boolean isOf(String name) {
        return server == null || server.equalsIgnoreCase(name);
    }

    Address address(int index) {
        return Address.parse(arguments.get(index));
    }

    AddressRange range() {
        return AddressRange.parse(arguments.get(0));
    }

    int number(int index) {
        return Integer.parseInt(arguments.get(index));
    }

    /**
     * Whether it is in force.
     *
     * @param isChanged whether something else is held than when it was armed
     */
    boolean isInForce(boolean isChanged) {
        return isLasting || isChanged;
    }
}
