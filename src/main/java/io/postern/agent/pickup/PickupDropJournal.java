package io.postern.agent.pickup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.postern.agent.DurableFile;
import io.postern.enforcement.pickup.PickupDrop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The newest drops in a file of the agent. Not thread-safe. */
final class PickupDropJournal {
    /** The oldest go when there are more. */
    static final int MAX_KEPT = 10_000;

    private static final int MAX_NAME = 512;
    private static final String SID = "(?i)S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}";
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** As scripts show it and as the file holds it. */
    private record Line(String nameHash, String ownerSid, String owner, String createdAt) {
        static Line of(PickupDrop drop) {
            return new Line(
                    drop.nameHash(), drop.ownerSid(), drop.owner(), drop.createdAt().toString());
        }

        PickupDrop drop() throws IOException {
            if (nameHash == null || createdAt == null) {
                throw new IOException("a drop lacks nameHash or createdAt");
            }
            if (ownerSid != null && !ownerSid.matches(SID)) {
                throw new IOException("a drop's ownerSid is no SID of the form S-1-…");
            }
            if (owner != null && owner.length() > MAX_NAME) {
                throw new IOException("a drop's owner is longer than " + MAX_NAME + " characters");
            }
            try {
                return new PickupDrop(
                        nameHash,
                        ownerSid == null ? null : ownerSid.toUpperCase(Locale.ROOT),
                        owner,
                        Instant.parse(createdAt));
            } catch (DateTimeException e) {
                throw new IOException("a drop's createdAt is no time", e);
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    private record Key(String nameHash, Instant createdAt) {
        static Key of(PickupDrop drop) {
            return new Key(drop.nameHash(), drop.createdAt());
        }
    }

    private final Path file;
    private final List<PickupDrop> drops = new ArrayList<>();

    /**
     * Reads what is kept there.
     *
     * @param directory exists
     * @throws IOException if the file is damaged
     */
    PickupDropJournal(Path directory) throws IOException {
        file = directory.resolve("pickup-drops.json");
        if (!Files.exists(file)) {
            return;
        }
        try {
            for (Line line : JSON.readValue(DurableFile.read(file), Line[].class)) {
                drops.add(line.drop());
            }
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /** The drops that a script shows. */
    static List<PickupDrop> shown(List<String> lines) throws IOException {
        List<PickupDrop> drops = new ArrayList<>();
        for (String line : lines) {
            try {
                Line read = JSON.readValue(line, Line.class);
                if (read == null) {
                    throw new IOException("the script shows an empty drop");
                }
                drops.add(read.drop());
            } catch (JsonProcessingException e) {
                throw new IOException("a drop is no JSON: " + e.getOriginalMessage(), e);
            }
        }
        return drops;
    }

    /**
     * Keeps what is new. A file seen twice, or renamed since, is one drop.
     *
     * @return what was not known before
     * @throws IOException if it cannot be written; nothing is kept then
     */
    List<PickupDrop> add(List<PickupDrop> seen) throws IOException {
        Set<Key> known = new HashSet<>();
        drops.forEach(drop -> known.add(Key.of(drop)));
        List<PickupDrop> fresh = seen.stream().filter(drop -> known.add(Key.of(drop))).toList();
        if (fresh.isEmpty()) {
            return fresh;
        }
        List<PickupDrop> all = new ArrayList<>(drops);
        all.addAll(fresh);
        List<PickupDrop> kept = all.subList(Math.max(0, all.size() - MAX_KEPT), all.size());
        DurableFile.write(file, JSON.writeValueAsBytes(kept.stream().map(Line::of).toList()));
        List<PickupDrop> newest = List.copyOf(kept);
        drops.clear();
        drops.addAll(newest);
        return fresh;
    }

    List<PickupDrop> drops() {
        return List.copyOf(drops);
    }
}
