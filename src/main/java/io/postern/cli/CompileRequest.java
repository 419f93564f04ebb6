package io.postern.cli;

import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What {@code postern compile} is asked for.
 *
 * @param at the instant that grants must hold at
 * @param observedFiles none = the server counts as freshly installed
 * @param isIdentityProven what {@code --identity-layer} says
 */
record CompileRequest(
        Policy policy,
        Server server,
        Instant at,
        List<Path> observedFiles,
        boolean isIdentityProven,
        CompileFormat format) {}
