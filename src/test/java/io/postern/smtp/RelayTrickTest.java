package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.RelayTrick.Meaning;
import io.postern.smtp.RelayTrick.Result;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RelayTrickTest {
    static Stream<RelayTrick> tricks() {
        return RelayTrick.ALL.stream();
    }

    @Test
    void noTrickIsThereTwice() {
        Set<String> names = new HashSet<>();
        Set<String> arguments = new HashSet<>();
        for (RelayTrick trick : RelayTrick.ALL) {
            assertTrue(names.add(trick.name()), trick.name());
            assertTrue(arguments.add(trick.argument()), trick.argument());
        }
    }

    /** Only where the last at outside quotes is followed by the own domain can it be home mail. */
    @ParameterizedTest
    @MethodSource("tricks")
    void acceptanceIsASuspicionOnlyWhereTheDomainIsTheOwnOne(RelayTrick trick) {
        String argument = trick.argument("own.example", "x@far.example");
        assertEquals(
                trick.meaning() == Meaning.MAY_RELAY,
                argument.matches("<.*@own\\.example>") && !argument.contains("><"),
                argument);
    }

    @ParameterizedTest
    @MethodSource("tricks")
    void eachNamesTheForeignPlaceAndCanBeSent(RelayTrick trick) {
        String argument = trick.argument("own.example", "x@far.example");
        assertFalse(argument.contains("{"), argument);
        assertEquals(argument, ProbeOptions.PLAIN.asking(argument).recipientArgument());
    }

    @Test
    void anAnswerIsReadOffTheOutcome() {
        RelayTrick percent = RelayTrick.ALL.get(0);
        RelayTrick route =
                RelayTrick.ALL.stream()
                        .filter(one -> one.name().equals("source route"))
                        .findFirst()
                        .orElseThrow();
        for (Kind kind : Kind.values()) {
            ProbeOutcome outcome = new ProbeOutcome(kind, "rcpt-foreign", null, List.of());
            Result expected =
                    switch (kind) {
                        case ACCEPTED -> Result.MAY_RELAY;
                        case REFUSED_AT_RCPT_FOREIGN_ALONE -> Result.REFUSED;
                        default -> Result.UNKNOWN;
                    };
            assertEquals(expected, percent.read(outcome), kind.name());
            assertEquals(
                    expected == Result.MAY_RELAY ? Result.RELAYS : expected,
                    route.read(outcome),
                    kind.name());
        }
    }
}
