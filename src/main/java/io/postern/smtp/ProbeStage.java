package io.postern.smtp;

/** The steps of the probe dialogue, in their order; not every dialogue takes every step. */
public enum ProbeStage {
    CONNECT("connect"),
    BANNER("banner"),
    EHLO("ehlo"),
    STARTTLS("starttls"),
    TLS("tls"),
    EHLO_TLS("ehlo-tls"),
    MAIL("mail"),
    RCPT_OWN("rcpt-own"),
    RCPT_FOREIGN("rcpt-foreign"),
    /** The one recipient of a test message. */
    RCPT_SINK("rcpt-sink"),
    DATA("data"),
    /** The end of the test message. */
    MESSAGE("message"),
    RSET("rset"),
    QUIT("quit"),
    DONE("done");

    private final String word;

    ProbeStage(String word) {
        this.word = word;
    }

    /** The word used in outcomes and JSON. */
    public String word() {
        return word;
    }
}
