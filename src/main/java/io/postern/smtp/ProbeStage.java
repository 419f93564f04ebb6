package io.postern.smtp;

/** The steps of the probe dialogue, in their order. */
public enum ProbeStage {
    CONNECT("connect"),
    BANNER("banner"),
    EHLO("ehlo"),
    MAIL("mail"),
    RCPT_OWN("rcpt-own"),
    RCPT_FOREIGN("rcpt-foreign"),
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
