package io.postern.policy;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Revisions of one test, kept as the differences between them. */
public final class InMemoryRevisions implements Revisions {
    private record Version(PolicyEntry entry, long introducedIn) {}

    private final List<Revision> all = new ArrayList<>();
    private final List<Version> versions = new ArrayList<>();
    private final Map<Version, Long> retirements = new HashMap<>();

    public InMemoryRevisions() {
        all.add(
                new Revision(
                        0,
                        PolicyHash.of(List.of(), null),
                        null,
                        Instant.EPOCH,
                        "postern",
                        "the empty policy",
                        null));
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
        return versions.stream()
                .filter(version -> version.introducedIn() <= number)
                .filter(version -> retirements.getOrDefault(version, Long.MAX_VALUE) > number)
                .toList();
    }

    @Override
    public List<PolicyEntry> entries(long number) {
        return live(number).stream()
                .map(Version::entry)
                .sorted(Comparator.comparing(PolicyEntry::kind).thenComparing(PolicyEntry::key))
                .toList();
    }

    @Override
    public Policy policy(long number) {
        return find(number)
                .map(revision -> PolicyDocument.ofEntries(entries(number)).policy())
                .orElse(Policy.EMPTY);
    }

    @Override
    public Revision append(
            long parent,
            List<PolicyEntry> entries,
            String author,
            String note,
            Long changeId,
            Instant at) {
        Revision head = head();
        if (head.number() != parent) {
            throw new StaleParentException(parent, head.number());
        }
        long number = parent + 1;
        List<PolicyEntry> added = new ArrayList<>(entries);
        for (Version version : live(parent)) {
            if (!added.remove(version.entry())) {
                retirements.put(version, number);
            }
        }
        added.forEach(entry -> versions.add(new Version(entry, number)));
        all.add(
                new Revision(
                        number,
                        PolicyHash.of(entries, head.hash()),
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
