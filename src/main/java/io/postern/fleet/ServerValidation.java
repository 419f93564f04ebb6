package io.postern.fleet;

import java.time.Instant;

/**
 * How the validation of one server stands.
 *
 * @param turn how many turns were asked, of all rounds
 * @param turns how many turns a round has; 0 = not known yet
 * @param expectations how many expectations its vantages can show; each has one turn in a round
 * @param revision whose policy was asked last; 0 = none yet
 * @param nextAt when the next turn is due
 * @param lastAt when one was asked last; null = never
 * @param note why nothing is asked, a sentence for people; null = it is
 */
public record ServerValidation(
        String server,
        long turn,
        int turns,
        int expectations,
        long revision,
        Instant nextAt,
        Instant lastAt,
        String note) {
    ServerValidation resting(String why, Instant next) {
        return new ServerValidation(server, turn, turns, expectations, revision, next, lastAt, why);
    }
}
