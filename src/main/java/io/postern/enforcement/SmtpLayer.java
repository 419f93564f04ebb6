package io.postern.enforcement;

import io.postern.policy.Passage;
import java.util.List;

/** A layer that talks SMTP: it knows how far a client may go, and may stand before another. */
public interface SmtpLayer {
    /** Its kind, as a server's {@code enforcement} names it. */
    String kind();

    /**
     * Who gets how far on a TCP port of the server; keys name what lets them through. Of several
     * that match the highest tier counts. What is not known counts as open.
     */
    List<Passage> passages(int port);

    /** Sentences for people about what is not known of a port; empty = everything is known. */
    List<String> unknowns(int port);
}
