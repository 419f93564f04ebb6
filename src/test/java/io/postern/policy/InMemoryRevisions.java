package io.postern.policy;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Revisions of one test, kept as the differences between them. */
public final class InMemoryRevisions implements Revisions {
    /** SHA-256 of "postern-policy-hash 1", "parent -": what the first migration stores. */
    private static final String FIRST =
            "a18c85e05a37b0d7553a74936f26aca9f5f3f4725bf2346649dc75f7755f6a20";

    private record Version(PolicyEntry entry, long introducedIn) {}

    private List<Revision> all = new ArrayList<>();
    private List<Version> versions = new ArrayList<>();
    private Map<Version, Long> retirements = new HashMap<>();

    public InMemoryRevisions() {
        all.add(
                new Revision(
                        0, FIRST, 1, null, Instant.EPOCH, "postern", "the empty policy", null));
    }

    /** Runs what a transaction of the real store would: what fails leaves nothing behind. */
    public <T> T inTransaction(Supplier<T> work) {
        List<Revision> oldAll = new ArrayList<>(all);
        List<Version> oldVersions = new ArrayList<>(versions);
        Map<Version, Long> oldRetirements = new HashMap<>(retirements);
        try {
            return work.get();
        } catch (RuntimeException e) {
            all = oldAll;
            versions = oldVersions;
            retirements = oldRetirements;
            throw e;
        }
    }

    @Override
    public Revision head() {
        return all.get(all.size() - 1);
    }

    @Override
    public Optional<Revision> find(long number) {
        return all.stream().filter(revision -> revision.number() == number).findFirst();
    }

    @Override
    public List<Revision> before(long before, int limit) {
        return all.stream()
                .filter(revision -> revision.number() < before)
                .sorted(Comparator.comparing(Revision::number).reversed())
                .limit(limit)
                .toList();
    }

    private List<Version> live(long number) {
        if (find(number).isEmpty()) {
            return List.of();
        }
        return versions.stream()
                .filter(version -> version.introducedIn() <= number)
                .filter(version -> retirements.getOrDefault(version, Long.MAX_VALUE) > number)
                .toList();
    }

    @Override
    public List<PolicyEntry> entries(long number) {
        return live(number).stream()
                .map(Version::entry)
                .sorted(
                        Comparator.comparing(PolicyEntry::kind)
                                .thenComparing(PolicyEntry::key, KeyOrder.CODE_POINT))
                .toList();
    }

    @Override
    public Policy policy(long number) {
        return find(number)
                .map(revision -> PolicyDocument.ofEntries(entries(number)).policy())
                .orElse(Policy.EMPTY);
    }

    @Override
    public List<EntryChange> difference(long from, long to) {
        for (long number : new long[] {from, to}) {
            if (find(number).isEmpty()) {
                throw new IllegalArgumentException("there is no revision " + number);
            }
        }
        return EntryChange.between(entries(from), entries(to));
    }

    @Override
    public Revision append(
            long parent,
            List<EntryChange> changes,
            String author,
            String note,
            Long changeId,
            Instant at) {
        Revision head = head();
        if (head.number() != parent) {
            throw new StaleParentException(parent, head.number());
        }
        PolicyHashTree after = PolicyHashTree.of(entries(parent)).with(changes);
        long number = parent + 1;
        List<EntryChange> effective = EntryChange.between(entries(parent), after.entries());
        for (Version version : live(parent)) {
            PolicyEntry entry = version.entry();
            if (effective.stream()
                    .anyMatch(
                            change ->
                                    change.kind() == entry.kind()
                                            && change.key().equals(entry.key()))) {
                retirements.put(version, number);
            }
        }
        effective.stream()
                .filter(change -> change.json() != null)
                .forEach(change -> versions.add(new Version(change.entry(), number)));
        all.add(
                new Revision(
                        number,
                        PolicyHash.of(after, head.hash()),
                        PolicyHash.VERSION,
                        head.hash(),
                        at,
                        author,
                        note,
                        changeId));
        return head();
    }

    long versions() {
        return versions.size();
    }

    long retirements() {
        return retirements.size();
    }
}
