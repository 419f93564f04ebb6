package io.postern.agent;

import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardStep;
import java.io.IOException;

/** The object model guard of one machine as an agent reads and writes it. One caller at a time. */
public interface OutlookGuardPoint {
    /**
     * The guard of every installed version and every user who is logged on.
     *
     * @throws IOException if it cannot be read
     */
    ObservedOutlookGuard read() throws IOException;

    /**
     * Takes one step; when it returns the step is in force.
     *
     * @throws IOException if it was refused, and nothing has changed, or if it is not known what
     *     has; the message says which
     */
    void execute(OutlookGuardStep step) throws IOException;
}
