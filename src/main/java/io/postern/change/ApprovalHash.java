package io.postern.change;

import io.postern.policy.Operation;
import io.postern.policy.Revision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What an approval binds to. Each part is preceded by its length, so that no two contents share a
 * text.
 */
final class ApprovalHash {
    private final MessageDigest digest;

    private ApprovalHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(
            Revision base,
            List<Operation> operations,
            List<Analysis.AnalysedRegion> regions,
            List<Analysis.AnalysedServer> servers) {
        ApprovalHash hash = new ApprovalHash();
        hash.add("base", base.number(), base.hash());
        for (Operation operation : operations) {
            hash.add(
                    "operation",
                    operation.action(),
                    operation.kind().section(),
                    operation.key(),
                    operation.json());
        }
        for (Analysis.AnalysedRegion region : regions) {
            Analysis.Witness witness = region.witness();
            hash.add(
                    "region",
                    region.direction(),
                    region.servers(),
                    region.ports(),
                    region.accounts(),
                    region.computers(),
                    region.addresses(),
                    region.from(),
                    region.until(),
                    region.before(),
                    region.after(),
                    witness.address(),
                    witness.account(),
                    witness.computer(),
                    witness.server(),
                    witness.port());
        }
        for (Analysis.AnalysedServer server : servers) {
            hash.add("server", server.server(), server.digest());
        }
        return HexFormat.of().formatHex(hash.digest.digest());
    }

    private void add(Object... parts) {
        for (Object part : parts) {
            String text = String.valueOf(part);
            digest.update((text.length() + ":" + text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
