package io.postern.agent.nftables;

import io.postern.agent.DurableFile;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What our table was when it was written last, and during which run of the kernel: the kernel keeps
 * no table over a reboot, so it is loaded again after one. A table that is gone without a reboot is
 * somebody's doing, and not brought back here.
 */
final class BootRecord {
    /** Differs after each start of the kernel (random(4)). */
    static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** The unit that loads tables before the network is up looks for this name. */
    static final String ACTIVE = "active.nft";

    private final Path active;
    private final Path written;
    private final Path bootId;

    /**
     * @param directory of the server's files; exists
     * @param bootId where the kernel tells the run
     */
    BootRecord(Path directory, Path bootId) {
        this.active = directory.toAbsolutePath().resolve(ACTIVE);
        this.written = directory.toAbsolutePath().resolve("boot-id");
        this.bootId = bootId;
    }

    /** Keeps what is there now. */
    void keep(String table, NftablesState state) throws IOException {
        if (state.isAbsent()) {
            Files.deleteIfExists(active);
        } else {
            DurableFile.write(
                    active, NftablesText.replace(table, state).getBytes(StandardCharsets.US_ASCII));
        }
        keepBoot();
    }

    /** What to load, now that the table is not there; null = nothing, or no reboot took it. */
    Path toLoad() throws IOException {
        boolean isRebooted =
                Files.exists(active)
                        && Files.exists(written)
                        && !Files.readString(written).equals(now());
        return isRebooted ? active : null;
    }

    /** What was kept is of this run of the kernel from now on. */
    void keepBoot() throws IOException {
        DurableFile.write(written, now().getBytes(StandardCharsets.US_ASCII));
    }

    private String now() throws IOException {
        return Files.exists(bootId) ? Files.readString(bootId) : "";
    }
}
