package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Region;
import io.postern.probe.PlanPoint.Question;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From where and as whom a server can be asked. */
final class PlanReach {
    /** Two are enough to tell whether one of them lies. */
    private static final int VANTAGES = 2;

    /** One account of every so many is asked: a firewall rule holds more of them. */
    private static final int STRIDE = 100;

    private static final int MAX_IDENTITIES = 8;

    /** One vantage inside a region: it can ask from there, as that. */
    record Stand(String vantage, Address source, ProvenIdentity as) {}

    private final List<Vantage> vantages;
    private final boolean showsIdentities;
    private final AddressSet sources;
    private final PlanExpectations expectations;

    PlanReach(VantageReach reach, PlanExpectations expectations) {
        this.vantages =
                reach.vantages().stream().sorted(Comparator.comparing(Vantage::name)).toList();
        this.showsIdentities = reach.showsIdentities();
        this.sources = reach.sources();
        this.expectations = expectations;
    }

    /** Every address that anything can be asked from. */
    AddressSet sources() {
        return sources;
    }

    /** Whether anybody can be shown from anywhere. */
    boolean showsIdentities() {
        return showsIdentities;
    }

    /** The point asked of those who can, at most two. */
    List<Question> questions(PlanPoint point) {
        List<Question> questions = new ArrayList<>();
        for (Vantage vantage : vantages) {
            if (questions.size() < VANTAGES
                    && shows(vantage, point.as())
                    && vantage.sources().contains(point.source())) {
                questions.add(point.askedOf(vantage.name()));
            }
        }
        return questions;
    }

    private boolean shows(Vantage vantage, ProvenIdentity as) {
        return as.equals(ProvenIdentity.NONE)
                || showsIdentities
                || vantage.contexts().stream().map(PlanReach::identity).anyMatch(as::equals);
    }

    private static ProvenIdentity identity(Vantage.Context context) {
        return new ProvenIdentity(context.account(), context.computer());
    }

    /** The first address of a range that anything can be asked from. */
    Optional<Address> within(AddressRange range) {
        if (sources.contains(range.low())) {
            return Optional.of(range.low());
        }
        return sources.overlaps(range)
                ? Optional.of(sources.intersect(AddressSet.of(range)).ranges().get(0).low())
                : Optional.empty();
    }

    /** Where in a region vantages stand that can ask there: one of each, at most two. */
    List<Stand> stands(Region region) {
        List<ProvenIdentity> identities = identities(region);
        List<Stand> stands = new ArrayList<>();
        for (Vantage vantage : vantages) {
            Optional<ProvenIdentity> as =
                    identities.stream().filter(one -> shows(vantage, one)).findFirst();
            Optional<Address> source = as.flatMap(any -> source(region, vantage.sources()));
            if (source.isPresent() && stands.size() < VANTAGES) {
                stands.add(new Stand(vantage.name(), source.get(), as.get()));
            }
        }
        return stands;
    }

    /** Why there is no stand in a region, on a port the server has. */
    String why(Region region) {
        if (!region.addresses().ranges().stream().anyMatch(sources::overlaps)) {
            return "no vantage stands at any of its addresses";
        }
        return identities(region).isEmpty()
                ? "needs a proven identity, which no vantage can show"
                : "needs a proven identity, which no vantage there can show";
    }

    /** The end of the witness's range if it is reached: it shows a boundary too. */
    private static Optional<Address> source(Region region, AddressSet from) {
        Address witness = region.witness().address();
        boolean isEverywhere = from.equals(AddressSet.ALL);
        for (AddressRange range : region.addresses().ranges()) {
            if (range.contains(witness)) {
                for (Address one : List.of(range.low(), range.high(), witness)) {
                    boolean isBetter = one.equals(witness) || !range.high().equals(one);
                    if (isBetter && (isEverywhere || from.contains(one))) {
                        return Optional.of(one);
                    }
                }
            }
        }
        return region.addresses().intersect(from).ranges().stream()
                .map(AddressRange::low)
                .findFirst();
    }

    /**
     * As whom the region can be asked, the first of whom its boundaries are asked as.
     *
     * @return nobody in particular if that is enough; empty = nobody can show what it needs
     */
    List<ProvenIdentity> identities(Region region) {
        if (isAny(region.accounts()) && isAny(region.computers())) {
            return List.of(ProvenIdentity.NONE);
        }
        if (!showsIdentities) {
            return vantages.stream()
                    .flatMap(vantage -> vantage.contexts().stream())
                    .map(PlanReach::identity)
                    .filter(as -> holds(region, as))
                    .distinct()
                    .sorted(ProvenIdentity.ORDER)
                    .toList();
        }
        List<String> accounts = sample(region.accounts());
        List<String> computers = sample(region.computers());
        if (accounts.isEmpty() || computers.isEmpty()) {
            return List.of();
        }
        return Stream.concat(
                        accounts.stream().map(account -> pair(account, computers.get(0))),
                        computers.stream().map(computer -> pair(accounts.get(0), computer)))
                .distinct()
                .limit(MAX_IDENTITIES)
                .toList();
    }

    private static ProvenIdentity pair(String account, String computer) {
        return new ProvenIdentity(
                account.isEmpty() ? null : account, computer.isEmpty() ? null : computer);
    }

    /** Names that stand for all; an empty text = none need be proven. */
    private List<String> sample(List<String> names) {
        if (isAny(names)) {
            return List.of("");
        }
        List<String> all = expectations.bySid(names);
        List<String> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += STRIDE) {
            some.add(all.get(i));
        }
        if (all.size() > 1) {
            some.add(all.get(all.size() - 1));
        }
        return some;
    }

    private static boolean isAny(List<String> names) {
        return names.contains("*") || names.contains("(none)");
    }

    /** Whether a region holds who proves that. */
    static boolean holds(Region region, ProvenIdentity as) {
        return holds(region.accounts(), as.account()) && holds(region.computers(), as.computer());
    }

    private static boolean holds(List<String> names, String name) {
        return names.contains("*")
                || (name == null
                        ? names.contains("(none)")
                        : names.stream().anyMatch(name::equalsIgnoreCase));
    }
}
