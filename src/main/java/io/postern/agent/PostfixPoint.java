package io.postern.agent;

import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixStep;
import java.io.IOException;

/** One Postfix as an agent reads and writes it. One caller at a time. */
public interface PostfixPoint {
    /**
     * Our tables, the parameters and services that say who may submit or relay, and whether it
     * runs.
     *
     * @throws IOException if it cannot be read, or if Postfix looks our tables up otherwise than
     *     they read
     */
    ObservedPostfix read() throws IOException;

    /**
     * Takes one step; when it returns the step is in force for every connection made from then on.
     * Sessions that are under way go on as they began.
     *
     * @throws IOException if it was refused, and nothing has changed, or if it is not known what
     *     has; the message says which
     */
    void execute(PostfixStep step) throws IOException;
}
