package io.postern.enforcement.postfix;

import java.util.List;

/** What Postfix cannot do for us, in words for documents, pages and terminals. */
public final class PostfixLimits {
    private static final List<String> WORDS =
            List.of(
                    "Postfix is kept by address alone: it sees no account and no computer, and SMTP"
                            + " AUTH is left as it is.",
                    "Its restrictions hold for every port of smtpd alike: where ports differ, the"
                            + " lowest tier counts.",
                    "It knows no tier above relay.",
                    "Its own domains are those of mydestination, relay_domains and the virtual"
                            + " tables; Postern reads and never changes them.",
                    "A session that is under way goes on as it began; a change holds for every"
                            + " connection made after it.",
                    "Only two parameters of main.cf are set: what was in smtpd_client_restrictions"
                            + " stays behind ours, and may refuse more; what was in"
                            + " smtpd_relay_restrictions is replaced, all but"
                            + " permit_sasl_authenticated.",
                    "A server behind it sees Postfix as the only client.");

    private PostfixLimits() {}

    /** The sentences. */
    public static List<String> words() {
        return WORDS;
    }
}
