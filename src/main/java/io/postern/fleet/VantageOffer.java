package io.postern.fleet;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.probe.Vantage;
import io.postern.problem.DomainException;
import io.postern.problem.DomainException.Fault;
import io.postern.problem.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From where and as whom somebody says he can probe.
 *
 * @param addresses canonical texts, each once, sorted; empty = from nowhere
 * @param contexts the accounts and computers, besides nobody in particular
 */
public record VantageOffer(List<String> addresses, List<Vantage.Context> contexts) {
    public static final int MAX_ADDRESSES = 200;
    public static final int MAX_CONTEXTS = 20;
    private static final int MAX_NAME = 256;

    private static final Map<String, AddressSet> NOBODYS_OWN = new LinkedHashMap<>();

    static {
        NOBODYS_OWN.put("is no address at all", AddressSet.parse("0.0.0.0/8", "::"));
        NOBODYS_OWN.put("is a loopback address", AddressSet.parse("127.0.0.0/8", "::1"));
        NOBODYS_OWN.put(
                "is a multicast or broadcast address",
                AddressSet.parse("224.0.0.0/4", "255.255.255.255", "ff00::/8"));
        NOBODYS_OWN.put(
                "holds on a single link only", AddressSet.parse("169.254.0.0/16", "fe80::/10"));
    }

    public VantageOffer {
        addresses = List.copyOf(addresses);
        contexts = List.copyOf(contexts);
    }

    /**
     * Checks an offer.
     *
     * @param policy the newest: an address of one of its servers is no client's
     * @throws DomainException INVALID_FIELD with a pointer for each fault
     */
    public static VantageOffer of(
            List<String> addresses, List<Vantage.Context> contexts, Policy policy) {
        List<Fault> faults = new ArrayList<>();
        if (addresses.size() > MAX_ADDRESSES) {
            faults.add(new Fault("/addresses", "at most " + MAX_ADDRESSES + " addresses"));
        }
        if (contexts.size() > MAX_CONTEXTS) {
            faults.add(new Fault("/contexts", "at most " + MAX_CONTEXTS + " contexts"));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            String pointer = "/addresses/" + i;
            try {
                Address address = Address.parse(addresses.get(i));
                refusal(address, policy).ifPresent(why -> faults.add(new Fault(pointer, why)));
                texts.add(address.toString());
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(pointer, e.getMessage()));
            }
        }
        for (int i = 0; i < contexts.size(); i++) {
            if (!isNamed(contexts.get(i))) {
                faults.add(
                        new Fault(
                                "/contexts/" + i,
                                "a context names an account, a computer or both, each of 1 to "
                                        + MAX_NAME
                                        + " characters without control characters"));
            }
        }
        if (!faults.isEmpty()) {
            throw new DomainException(ErrorCode.INVALID_FIELD, faults.get(0).message(), faults);
        }
        return new VantageOffer(
                texts.stream().distinct().sorted().toList(), contexts.stream().distinct().toList());
    }

    private static Optional<String> refusal(Address address, Policy policy) {
        for (Map.Entry<String, AddressSet> kind : NOBODYS_OWN.entrySet()) {
            if (kind.getValue().contains(address)) {
                return Optional.of(address + " " + kind.getKey() + ": nobody is asked from there");
            }
        }
        return policy.servers().stream()
                .filter(server -> server.addresses().contains(address))
                .map(Server::name)
                .findFirst()
                .map(
                        name ->
                                address
                                        + " is an address of the server '"
                                        + name
                                        + "': what comes from there shows nothing of its clients");
    }

    private static boolean isNamed(Vantage.Context context) {
        return (context.account() != null || context.computer() != null)
                && isName(context.account())
                && isName(context.computer());
    }

    private static boolean isName(String name) {
        return name == null
                || !name.isBlank()
                        && name.length() <= MAX_NAME
                        && name.chars().noneMatch(Character::isISOControl);
    }
}
