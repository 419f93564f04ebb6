package io.postern.enforcement.outlook;

import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.List;

/**
 * Compiles to the guard of one machine. Grants and blocks say who submits over SMTP, and nothing of
 * it reaches Outlook: that a server has the enforcement point {@code outlook-guard} asks for the
 * recommended values, the same for everybody.
 */
public final class OutlookGuardCompiler {
    /** The kind of this enforcement point. */
    public static final String KIND = "outlook-guard";

    private OutlookGuardCompiler() {}

    /** The recommended values: who sends through Outlook is asked. */
    public static CompiledOutlookGuard compile(Policy policy, Server server, Instant at) {
        return compile(GuardProfile.ASK);
    }

    /** The values of a profile. */
    public static CompiledOutlookGuard compile(GuardProfile profile) {
        return new CompiledOutlookGuard(OutlookGuardState.of(profile), List.of());
    }
}
