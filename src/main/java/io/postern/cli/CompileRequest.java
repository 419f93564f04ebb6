package io.postern.cli;

import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.outlook.GuardProfile;
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
 * @param guardProfile what {@code --guard} says; null = nothing
 * @param hook what {@code --hook} says; null = nothing
 */
record CompileRequest(
        Policy policy,
        Server server,
        Instant at,
        List<Path> observedFiles,
        boolean isIdentityProven,
        GuardProfile guardProfile,
        NftablesHook hook,
        CompileFormat format) {
    /**
     * For kinds to which {@code --identity-layer} says nothing.
     *
     * @throws BadInputException if it is there
     */
    void refuseIdentityLayer(String why) {
        if (isIdentityProven) {
            throw new BadInputException("--identity-layer is for --kind exchange; " + why);
        }
    }

    /** For formats that other kinds have. */
    BadInputException notOfThisKind() {
        String kinds =
                switch (format) {
                    case NFT -> "nftables";
                    case SHELL -> "postfix";
                    case POWERSHELL -> "exchange, windows-firewall, pickup and outlook-guard";
                    default -> "windows-firewall";
                };
        return new BadInputException("--format " + format + " is for --kind " + kinds);
    }
}
