package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Server;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Where a server can be connected to, per family of the source. */
final class PlanTargets {
    private static final int MAX_ADDRESSES = 8;

    private final Server server;
    private final AddressFamily familyOfNames;

    /**
     * @param sources from where anything can be asked
     */
    PlanTargets(Server server, AddressSet sources) {
        this.server = server;
        AddressFamily found = AddressFamily.IPV4;
        for (AddressFamily family : List.of(AddressFamily.IPV6, AddressFamily.IPV4)) {
            if (!sources.ranges(family).isEmpty()
                    && (server.addresses().isEmpty()
                            || !server.addresses().ranges(family).isEmpty())) {
                found = family;
            }
        }
        familyOfNames = found;
    }

    /** The one that most questions go to; null = the server's only address, or none is known. */
    String first(AddressFamily family) {
        List<String> all = addresses(family);
        return all.size() < 2 ? null : all.get(0);
    }

    /** The others, each to be asked at least once of each kind. */
    List<String> others(AddressFamily family) {
        List<String> all = addresses(family);
        List<String> others =
                new ArrayList<>(all.size() < 2 ? List.of() : all.subList(1, all.size()));
        if (family == familyOfNames) {
            others.addAll(server.loadBalancedNames().stream().sorted().toList());
        }
        return Collections.unmodifiableList(others);
    }

    private List<String> addresses(AddressFamily family) {
        List<String> all = new ArrayList<>();
        for (AddressRange range : server.addresses().ranges(family)) {
            Optional<Address> next = Optional.of(range.low());
            while (next.isPresent() && range.contains(next.get()) && all.size() < MAX_ADDRESSES) {
                all.add(next.get().toString());
                next = next.get().next();
            }
        }
        return all;
    }

    /** What is not asked, a sentence each. */
    List<String> leftOut() {
        List<String> sentences = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            AddressSet all = AddressSet.of(server.addresses().ranges(family));
            if (all.count().compareTo(BigInteger.valueOf(MAX_ADDRESSES)) > 0) {
                sentences.add(
                        "only the first "
                                + MAX_ADDRESSES
                                + " of "
                                + all.count()
                                + " addresses of the server are asked");
            }
        }
        boolean isOfBoth =
                !server.addresses().ranges(AddressFamily.IPV4).isEmpty()
                        && !server.addresses().ranges(AddressFamily.IPV6).isEmpty();
        if (isOfBoth && !server.loadBalancedNames().isEmpty()) {
            sentences.add(
                    String.join(", ", server.loadBalancedNames())
                            + ": asked from "
                            + (familyOfNames == AddressFamily.IPV4 ? "IPv4" : "IPv6")
                            + " alone, since a name need not have addresses of both families");
        }
        return sentences;
    }
}
