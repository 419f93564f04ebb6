package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Block;
import io.postern.policy.Decision;
import io.postern.policy.Grant;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is asked outside the impact: nothing else moved. */
final class SentinelQuestions {
    private static final int MAX_GRANTS = 8;
    private static final int MAX_PROTECTED = 8;
    private static final int MAX_BLOCKS = 8;
    private static final int MAX_PLACES = 50;

    /** So many are looked at; who has more entries than room gets the first ones. */
    private static final int MAX_NEIGHBOURS = 1000;

    private static final int RANGES_OF_ENTRY = 4;
    private static final String LOOPBACK = "protected:loopback";

    /** Addresses that nobody has: what no entry matches is like them. */
    private static final List<Address> DOCUMENTATION =
            Stream.of("203.0.113.25", "198.51.100.25", "192.0.2.25", "2001:db8:25::25", "3fff::25")
                    .map(Address::parse)
                    .toList();

    private final PlanDesk desk;
    private final Set<String> implicit;
    private final List<Grant> grants;
    private final int port;

    SentinelQuestions(PlanDesk desk) {
        this.desk = desk;
        this.implicit =
                desk.policy().servers().stream()
                        .map(server -> "protected:" + server.name())
                        .collect(Collectors.toSet());
        desk.policy().protectedSources().forEach(one -> implicit.remove(one.grantKey()));
        this.port = desk.server().ports().get(0);
        this.grants =
                ProtectedSources.withGrants(desk.policy()).stream()
                        .filter(grant -> grant.holdsAt(desk.at()))
                        .filter(grant -> applies(grant.to()))
                        .filter(grant -> !grant.key().equals(LOOPBACK))
                        .sorted(Comparator.comparing(this::isOfAServer).thenComparing(Grant::key))
                        .toList();
    }

    /** Servers' own addresses are many alike: a few of them stand for all. */
    private boolean isOfAServer(Grant grant) {
        return implicit.contains(grant.key());
    }

    private boolean applies(To to) {
        return !to.pickup()
                && (to.servers().isEmpty()
                        || to.servers().stream().anyMatch(desk.server().name()::equalsIgnoreCase));
    }

    private static boolean isProtected(Grant grant) {
        return grant.key().startsWith("protected:");
    }

    private boolean isElsewhere(Address source) {
        return !desk.regions().changed().contains(source);
    }

    /** What no entry matches must be refused, in each family and on each port. */
    void refusals() {
        for (int each : desk.server().ports()) {
            for (AddressFamily family : AddressFamily.values()) {
                List<PlanPoint> points =
                        Stream.concat(DOCUMENTATION.stream(), places(family))
                                .filter(source -> source.family() == family)
                                .filter(desk.reach().sources()::contains)
                                .filter(this::isElsewhere)
                                .map(source -> desk.point(each, source, ProvenIdentity.NONE))
                                .filter(point -> desk.expectations().tier(point) == Tier.NONE)
                                .limit(MAX_PLACES)
                                .toList();
                // An entry may have no address of the family: then nothing is refused by default.
                desk.pose(
                        PlanStage.SENTINEL,
                        "sentinel: refused by default" + on(each),
                        points.isEmpty() ? points : points.subList(0, 1));
            }
        }
    }

    private String on(int each) {
        return each == port ? "" : ", on port " + each;
    }

    /** Where vantages stand, and the ends of what no grant holds. */
    private Stream<Address> places(AddressFamily family) {
        AddressSet granted =
                AddressSet.of(
                        grants.stream()
                                .flatMap(grant -> grant.from().effective().ranges(family).stream())
                                .toList());
        Stream<Address> free =
                AddressSet.of(AddressRange.all(family)).subtract(granted).ranges().stream()
                        .limit(MAX_PLACES)
                        .flatMap(range -> desk.reach().within(range).stream());
        Stream<Address> standing =
                desk.reach().sources().ranges(family).stream()
                        .limit(MAX_PLACES)
                        .map(AddressRange::low);
        return Stream.concat(free, standing);
    }

    /** Protected sources, and grants of each tier and family before more of the same. */
    void grants() {
        int asked = 0;
        for (Grant grant : grants) {
            if (isProtected(grant) && asked < MAX_PROTECTED && ask(grant)) {
                asked++;
            }
        }
        asked = 0;
        Set<String> kinds = new HashSet<>();
        List<Grant> rest = new ArrayList<>();
        for (Grant grant : grants) {
            boolean isNew =
                    !isProtected(grant)
                            && kinds.size() < MAX_GRANTS
                            && families(grant).stream()
                                    .anyMatch(family -> !kinds.contains(grant.tier() + family));
            if (isNew && ask(grant)) {
                families(grant).forEach(family -> kinds.add(grant.tier() + family));
                asked++;
            } else if (!isProtected(grant)) {
                rest.add(grant);
            }
        }
        for (Grant grant : rest) {
            if (asked >= MAX_GRANTS || desk.choice().isFull(PlanStage.SENTINEL)) {
                return;
            }
            asked += ask(grant) ? 1 : 0;
        }
    }

    /** Every range of every grant while there is room: a write can lose any that it writes. */
    void neighbours() {
        for (Grant grant : grants.subList(0, Math.min(grants.size(), MAX_NEIGHBOURS))) {
            if (isOfAServer(grant)) {
                return;
            }
            for (AddressRange range : few(grant)) {
                if (desk.choice().isFull(PlanStage.NEIGHBOUR)) {
                    return;
                }
                ask(grant, List.of(range), PlanStage.NEIGHBOUR);
            }
        }
    }

    /** As texts; a grant of any address is of both. */
    private static Set<String> families(Grant grant) {
        Set<String> families = new HashSet<>();
        for (AddressRange range : few(grant)) {
            families.add(range.family().name());
        }
        return families;
    }

    /** The first ranges of each family. */
    private static List<AddressRange> few(Grant grant) {
        AddressSet all = grant.from().effective();
        return Stream.of(AddressFamily.values())
                .flatMap(family -> all.ranges(family).stream().limit(RANGES_OF_ENTRY))
                .toList();
    }

    /** Once in each family of the ranges; whether it could be asked at all. */
    private boolean ask(Grant grant) {
        return ask(grant, few(grant), PlanStage.SENTINEL);
    }

    private boolean ask(Grant grant, List<AddressRange> ranges, PlanStage stage) {
        Optional<ProvenIdentity> as = identity(grant);
        int each = grant.to().ports().isEmpty() ? port : grant.to().ports().get(0);
        if (as.isEmpty() || !desk.server().ports().contains(each)) {
            return false;
        }
        boolean isAsked = false;
        for (AddressFamily family : AddressFamily.values()) {
            List<PlanPoint> points =
                    ranges.stream()
                            .filter(range -> range.family() == family)
                            .flatMap(this::places)
                            .filter(this::isElsewhere)
                            .map(source -> desk.point(each, source, as.get()))
                            // Where it decides itself; else it would not be missed.
                            .sorted(Comparator.comparing(point -> !decides(grant, point)))
                            .limit(1)
                            .toList();
            isAsked |= desk.pose(stage, "sentinel: " + grant.key(), points).isPresent();
        }
        return isAsked;
    }

    private Stream<Address> places(AddressRange range) {
        return Stream.of(range, AddressRange.single(range.high()))
                .flatMap(part -> desk.reach().within(part).stream())
                .distinct();
    }

    private boolean decides(Grant grant, PlanPoint point) {
        Decision decision = desk.expectations().decide(point);
        return decision.block() == null && grant.key().equals(decision.grant());
    }

    /** One that the grant takes, if anybody can show it. */
    private Optional<ProvenIdentity> identity(Grant grant) {
        if (!grant.from().needsIdentity()) {
            return Optional.of(ProvenIdentity.NONE);
        }
        Optional<String> account = first(grant.from().accounts());
        Optional<String> computer = first(grant.from().computers());
        boolean isWhole =
                (grant.from().accounts().isEmpty() || account.isPresent())
                        && (grant.from().computers().isEmpty() || computer.isPresent());
        return isWhole && desk.reach().showsIdentities()
                ? Optional.of(new ProvenIdentity(account.orElse(null), computer.orElse(null)))
                : Optional.empty();
    }

    private Optional<String> first(List<String> names) {
        return names.stream().filter(desk.expectations()::isIdentity).sorted().findFirst();
    }

    /** Each block where it beats a grant, or else where one that asks for an identity holds. */
    void blocks() {
        int asked = 0;
        for (Block block :
                desk.policy().blocks().stream()
                        .filter(block -> applies(block.to()))
                        .sorted(Comparator.comparing(Block::key))
                        .toList()) {
            for (ProvenIdentity as : blocked(block)) {
                if (asked < MAX_BLOCKS && block(block, as)) {
                    asked++;
                }
            }
        }
    }

    private List<ProvenIdentity> blocked(Block block) {
        if (!block.from().needsIdentity()) {
            return List.of(ProvenIdentity.NONE);
        }
        if (!desk.reach().showsIdentities()) {
            return List.of();
        }
        String computer = first(block.from().computers()).orElse(null);
        List<String> accounts = desk.expectations().bySid(block.from().accounts());
        if (block.from().accounts().isEmpty()) {
            return computer == null ? List.of() : List.of(new ProvenIdentity(null, computer));
        }
        return accounts.stream()
                .limit(MAX_BLOCKS)
                .map(account -> new ProvenIdentity(account, computer))
                .toList();
    }

    private boolean block(Block block, ProvenIdentity as) {
        AddressSet addresses = block.from().effective();
        int onPort = block.to().ports().isEmpty() ? port : block.to().ports().get(0);
        if (!desk.server().ports().contains(onPort)) {
            return false;
        }
        PlanPoint fallback = null;
        Stream<AddressRange> own = addresses.ranges().stream().limit(RANGES_OF_ENTRY);
        Stream<AddressRange> granted = grants.stream().flatMap(grant -> few(grant).stream());
        List<Address> places =
                Stream.concat(own, granted)
                        .flatMap(range -> desk.reach().within(range).stream())
                        .filter(addresses::contains)
                        .distinct()
                        .limit(MAX_PLACES)
                        .toList();
        for (Address source : places) {
            for (ProvenIdentity each : as.equals(ProvenIdentity.NONE) ? anybody() : List.of(as)) {
                PlanPoint point = desk.point(onPort, source, each);
                Decision decision = desk.expectations().decide(point);
                if (block.key().equals(decision.block())) {
                    if (decision.grant() != null) {
                        return ask(block, point);
                    }
                    boolean isGranted = !as.equals(ProvenIdentity.NONE);
                    fallback = fallback == null || isGranted ? point : fallback;
                }
            }
        }
        return fallback != null && ask(block, fallback);
    }

    /** Nobody, and some of those whom grants ask for. */
    private List<ProvenIdentity> anybody() {
        return Stream.concat(
                        Stream.of(ProvenIdentity.NONE),
                        grants.stream().flatMap(grant -> identity(grant).stream()))
                .distinct()
                .limit(MAX_BLOCKS)
                .toList();
    }

    private boolean ask(Block block, PlanPoint point) {
        return desk.pose(PlanStage.SENTINEL, "sentinel: block " + block.key(), List.of(point))
                .isPresent();
    }

    /**
     * At each other address, name and port: something that is refused and something that passes.
     */
    void elsewhere() {
        List<PlanPoint> known =
                desk.choice().chosen().stream()
                        .map(chosen -> chosen.question().point())
                        .distinct()
                        .toList();
        for (AddressFamily family : AddressFamily.values()) {
            List<PlanPoint> own =
                    known.stream().filter(point -> point.source().family() == family).toList();
            for (int each : desk.server().ports()) {
                if (each != port) {
                    both(own, desk.targets().first(family), each, ", on port " + each);
                }
                for (String target : desk.targets().others(family)) {
                    both(own, target, each, ", at " + target + on(each));
                }
            }
        }
    }

    private void both(List<PlanPoint> known, String target, int each, String where) {
        List<PlanPoint> there =
                known.stream()
                        .map(point -> new PlanPoint(target, each, point.source(), point.as()))
                        .distinct()
                        .toList();
        List<PlanPoint> refused = new ArrayList<>();
        List<PlanPoint> passing = new ArrayList<>();
        for (PlanPoint point : there) {
            (desk.expectations().tier(point) == Tier.NONE ? refused : passing).add(point);
        }
        desk.pose(PlanStage.TARGET, "sentinel: refused" + where, refused);
        desk.pose(PlanStage.TARGET, "sentinel: let through" + where, passing);
    }
}
