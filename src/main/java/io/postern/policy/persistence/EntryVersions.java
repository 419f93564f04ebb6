package io.postern.policy.persistence;

import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.PolicyEntry;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The stored versions of entries. What must scale is SQL over rows and arrays, not entities: a
 * hundred thousand of those cost seconds and stay in the session.
 */
final class EntryVersions {
    /** Bounds the size of one statement's parameters. */
    private static final int CHUNK = 5_000;

    private final EntityManager database;

    EntryVersions(EntityManager database) {
        this.database = database;
    }

    /** Every entry of a revision, in no order. */
    List<PolicyEntry> live(long number) {
        return database.createQuery(
                        """
                        select e.kind, e.entryKey, e.content from PolicyEntryEntity e
                        where e.introducedIn <= :number and not exists
                            (select 1 from RetirementEntity r where r.entryId = e.id and r.retiredIn <= :number)
                        """,
                        Object[].class)
                .setParameter("number", number)
                .getResultStream()
                .map(row -> entry((String) row[0], (String) row[1], (String) row[2]))
                .toList();
    }

    private static PolicyEntry entry(String kind, String key, String content) {
        return new PolicyEntry(EntryKind.ofSection(kind), key, content);
    }

    /**
     * What every key that was touched after the older and up to the newer of two revisions is at
     * {@code to}: some may be the same at {@code from}. A key's version at a revision can only be
     * the newest that was introduced by then.
     */
    List<EntryChange> touched(long from, long to) {
        List<?> rows =
                database.createNativeQuery(
                                """
                                select touched.kind, touched.entry_key, version.content
                                from (
                                    select e.kind, e.entry_key from policy_entry e
                                    where e.introduced_in > :older and e.introduced_in <= :newer
                                    union
                                    select e.kind, e.entry_key from policy_entry_retirement r join policy_entry e on e.id = r.entry_id
                                    where r.retired_in > :older and r.retired_in <= :newer
                                ) touched
                                left join lateral (
                                    select e.id, e.content from policy_entry e
                                    where e.kind = touched.kind and e.entry_key = touched.entry_key and e.introduced_in <= :to
                                    order by e.introduced_in desc limit 1
                                ) version on not exists (
                                    select 1 from policy_entry_retirement r where r.entry_id = version.id and r.retired_in <= :to
                                )
                                """,
                                Object[].class)
                        .setParameter("older", Math.min(from, to))
                        .setParameter("newer", Math.max(from, to))
                        .setParameter("to", to)
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(
                        row ->
                                new EntryChange(
                                        EntryKind.ofSection((String) row[0]),
                                        (String) row[1],
                                        (String) row[2]))
                .toList();
    }

    /**
     * Stores a revision's changes.
     *
     * @param number of the revision, already stored
     * @param changes each with the entry it replaces or removes, null if the key is new
     */
    void store(long number, Map<EntryChange, PolicyEntry> changes) {
        List<EntryChange> retired = new ArrayList<>();
        List<EntryChange> introduced = new ArrayList<>();
        changes.forEach(
                (change, before) -> {
                    if (before != null) {
                        retired.add(change);
                    }
                    if (change.json() != null) {
                        introduced.add(change);
                    }
                });
        for (int i = 0; i < retired.size(); i += CHUNK) {
            retire(number, retired.subList(i, Math.min(i + CHUNK, retired.size())));
        }
        for (int i = 0; i < introduced.size(); i += CHUNK) {
            introduce(number, introduced.subList(i, Math.min(i + CHUNK, introduced.size())));
        }
    }

    private void retire(long number, List<EntryChange> changes) {
        int retired =
                database.createNativeQuery(
                                """
                                insert into policy_entry_retirement (entry_id, retired_in)
                                select version.id, :number
                                from unnest(cast(:kinds as text[]), cast(:keys as text[])) as touched (kind, entry_key)
                                cross join lateral (
                                    select e.id from policy_entry e
                                    where e.kind = touched.kind and e.entry_key = touched.entry_key and e.introduced_in < :number
                                    order by e.introduced_in desc limit 1
                                ) version
                                """)
                        .setParameter("number", number)
                        .setParameter("kinds", kinds(changes))
                        .setParameter("keys", keys(changes))
                        .executeUpdate();
        requireAll(changes, retired);
    }

    private void introduce(long number, List<EntryChange> changes) {
        int introduced =
                database.createNativeQuery(
                                """
                                insert into policy_entry (kind, entry_key, content, introduced_in)
                                select kind, entry_key, content, :number
                                from unnest(cast(:kinds as text[]), cast(:keys as text[]), cast(:contents as text[]))
                                    as introduced (kind, entry_key, content)
                                """)
                        .setParameter("number", number)
                        .setParameter("kinds", kinds(changes))
                        .setParameter("keys", keys(changes))
                        .setParameter(
                                "contents",
                                changes.stream().map(EntryChange::json).toArray(String[]::new))
                        .executeUpdate();
        requireAll(changes, introduced);
    }

    private static void requireAll(List<EntryChange> changes, int stored) {
        if (stored != changes.size()) {
            throw new IllegalStateException(
                    "stored " + stored + " of " + changes.size() + " changed entries");
        }
    }

    private static String[] kinds(List<EntryChange> changes) {
        return changes.stream().map(change -> change.kind().section()).toArray(String[]::new);
    }

    private static String[] keys(List<EntryChange> changes) {
        return changes.stream().map(EntryChange::key).toArray(String[]::new);
    }
}
