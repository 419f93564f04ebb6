package io.postern.agent;

import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One server's Windows firewall as an agent reads and writes it. One caller at a time. */
public interface FirewallPoint {
    /**
     * Everything that says who reaches the server's SMTP ports.
     *
     * @throws IOException if it cannot be read
     */
    ObservedFirewall read() throws IOException;

    /**
     * Takes one step; when it returns the step is in force.
     *
     * @throws IOException if it was refused; nothing has changed then
     */
    void execute(FirewallStep step) throws IOException;

    /**
     * About to change something: keeps what is there, and arms what opens originals again should
     * this agent not live to do it. Names that are given take the place of those armed before;
     * where none is given those stay armed until {@link #settle()}.
     *
     * @param originals names of the rules that an undo would enable again, those included that an
     *     earlier change closed which nobody has confirmed; empty = none
     * @param until after which they are enabled again unless {@link #settle()} comes; null = what
     *     was armed before stays as it is
     * @throws IOException if that cannot be done; nothing has changed then
     */
    void begin(List<String> originals, Duration until) throws IOException;

    /**
     * What was changed stays, or is undone: nothing is to be opened any more. More than once is as
     * good as once.
     *
     * @throws IOException if it cannot be disarmed
     */
    void settle() throws IOException;
}
