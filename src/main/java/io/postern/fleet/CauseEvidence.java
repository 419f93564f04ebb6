package io.postern.fleet;

import io.postern.policy.Tier;
import java.time.Duration;

/**
 * What is known when an expectation fails, and what it makes likely. Pure.
 *
 * @param observed tier word, {@code at-least-relay} or {@code unknown}; null = nobody answered
 * @param readBack what the read-back says gets through for this submission; null = not known
 * @param ownDrift what is missing or changed of our own objects, for people; null = nothing
 * @param otherDrift what is foreign or opens the port beside ours; null = nothing
 * @param wantedConnector which connector should take the source; null = none, or not known
 * @param readConnector which does, by read-back; null likewise
 * @param serverFailsAlike whether every other probe of the server that should be let in fails alike
 * @param vantageFailsAlike whether probes of other servers from the same source fail too
 * @param silence since the agent's last report; null = it never reported
 * @param patience after which an agent counts as silent
 */
public record CauseEvidence(
        ProbeEnding ending,
        Tier expected,
        String observed,
        Tier readBack,
        String ownDrift,
        String otherDrift,
        String wantedConnector,
        String readConnector,
        boolean serverFailsAlike,
        boolean vantageFailsAlike,
        Duration silence,
        Duration patience) {
    /**
     * The likely cause with a sentence for people.
     *
     * @param why what makes it likely
     */
    public record Judgement(LikelyCause cause, String why) {}

    /** The first cause that the evidence makes likely, the most exact first. */
    public Judgement judge() {
        boolean isExplained = readBack != null && readBack != expected && isSeen(readBack);
        if (isExplained && ownDrift != null) {
            return new Judgement(LikelyCause.DRIFT, "The read-back shows it: " + ownDrift);
        }
        if (isExplained && isMoved()) {
            return new Judgement(
                    LikelyCause.CONNECTOR_MOVED,
                    "By the read-back "
                            + name(readConnector)
                            + " takes this source, not "
                            + name(wantedConnector)
                            + (otherDrift == null ? "" : ": " + otherDrift));
        }
        if (isExplained) {
            return new Judgement(
                    LikelyCause.DRIFT,
                    otherDrift == null
                            ? "By the read-back the server lets through "
                                    + readBack.word()
                                    + " here."
                            : "The read-back shows it: " + otherDrift);
        }
        if (ending == ProbeEnding.RESET || ending == ProbeEnding.NOT_SERVING) {
            return new Judgement(
                    LikelyCause.SERVICE_DOWN,
                    ending == ProbeEnding.RESET
                            ? "The connection attempt was reset, and the read-back holds nothing"
                                    + " that would."
                            : "The server answers 421: it does not serve now.");
        }
        if (silence == null || silence.compareTo(patience) > 0) {
            return new Judgement(
                    LikelyCause.AGENT_SILENT,
                    silence == null
                            ? "Its agent never reported: what the server holds is not known."
                            : "Its agent has not reported for "
                                    + Math.max(1, silence.toMinutes())
                                    + " min: what the server holds is not known.");
        }
        return rest();
    }

    private Judgement rest() {
        boolean isCut = ending == ProbeEnding.SILENCE || ending == ProbeEnding.NO_WAY;
        if (isCut && vantageFailsAlike) {
            return new Judgement(
                    LikelyCause.NETWORK,
                    "From this source other servers do not answer either: look at the way from"
                            + " there.");
        }
        if (isCut && serverFailsAlike) {
            return new Judgement(
                    LikelyCause.SERVICE_DOWN,
                    "The server answers no source that it should let in, and its agent reports.");
        }
        if (isCut) {
            return new Judgement(
                    LikelyCause.NETWORK,
                    ending == ProbeEnding.NO_WAY
                            ? "A router said that there is no way."
                            : "No answer came, though the read-back holds nothing that drops it.");
        }
        if (ending == ProbeEnding.NOT_RUN) {
            return new Judgement(
                    LikelyCause.NOT_KNOWN, "No vantage has answered: nothing was seen at all.");
        }
        if (ending == ProbeEnding.NO_VERDICT) {
            return new Judgement(
                    serverFailsAlike ? LikelyCause.SERVICE_DOWN : LikelyCause.NOT_KNOWN,
                    serverFailsAlike
                            ? "The server gives no source an answer that is a verdict."
                            : "The server answers, yet not with a verdict.");
        }
        return new Judgement(
                LikelyCause.NOT_KNOWN,
                readBack == null
                        ? "What the server holds is not known."
                        : "What the agent reads back is as it should be: enforcement does not do"
                                + " what it says, or something stands between.");
    }

    private boolean isMoved() {
        return readConnector == null
                ? wantedConnector != null
                : !readConnector.equalsIgnoreCase(wantedConnector);
    }

    /** Whether the probe saw that tier. */
    private boolean isSeen(Tier tier) {
        return switch (tier) {
            case NONE -> "none".equals(observed);
            case INTERNAL -> "internal".equals(observed);
            case RELAY, TRUSTED -> "at-least-relay".equals(observed);
        };
    }

    private static String name(String connector) {
        return connector == null ? "no connector" : "'" + connector + "'";
    }
}
