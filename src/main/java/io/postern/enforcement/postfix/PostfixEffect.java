package io.postern.enforcement.postfix;

import io.postern.enforcement.SmtpLayer;
import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a Postfix lets through, exactly for what can be read, for clients that prove nothing: its
 * services on a port, their restrictions in the order in which smtpd tries them. It is told as its
 * files stand, also while Postfix does not run. Immutable.
 */
public final class PostfixEffect implements SmtpLayer {
    /** The kind of this enforcement point, with which keys of passages begin. */
    public static final String KIND = "postfix";

    static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.0/8", "::1");

    private static final Map<String, Integer> PORTS =
            Map.of("smtp", 25, "smtps", 465, "submissions", 465, "urd", 465, "submission", 587);

    private final ObservedPostfix observed;

    private PostfixEffect(ObservedPostfix observed) {
        this.observed = observed;
    }

    /** Of one as it was read. */
    public static PostfixEffect of(ObservedPostfix observed) {
        return new PostfixEffect(observed);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<Passage> passages(int port) {
        List<Passage> passages = new ArrayList<>();
        List<String> unknowns = new ArrayList<>();
        for (PostfixService service : listening(port)) {
            AddressSet reach = reach(service);
            for (PostfixService one : serving(service)) {
                if (isSmtpd(one)) {
                    passages.addAll(
                            new ServiceVerdict(new RestrictionContext(observed, one, unknowns))
                                    .passages(port, reach));
                } else {
                    passages.add(
                            Passage.of(
                                    KIND + ": service " + VisibleText.of(one.name()),
                                    port,
                                    Tier.RELAY,
                                    reach));
                }
            }
        }
        return passages;
    }

    @Override
    public List<String> unknowns(int port) {
        List<String> unknowns = new ArrayList<>();
        for (PostfixService service : listening(port)) {
            String name = "Service '" + VisibleText.of(service.name()) + "'";
            if (port(service).isEmpty()) {
                unknowns.add(name + " of master.cf may listen on any port; it is counted on each.");
            }
            for (PostfixService one : serving(service)) {
                if (isSmtpd(one)) {
                    new ServiceVerdict(new RestrictionContext(observed, one, unknowns));
                    standIns(one, unknowns);
                } else {
                    unknowns.add(
                            name
                                    + " runs "
                                    + VisibleText.of(one.command())
                                    + ": what that lets through is not known; it counts as"
                                    + " everything.");
                }
            }
        }
        return unknowns.stream().distinct().toList();
    }

    /** Ways in which a client can be taken for another. */
    private void standIns(PostfixService service, List<String> unknowns) {
        for (String name :
                List.of("smtpd_authorized_xclient_hosts", "smtpd_upstream_proxy_protocol")) {
            String value = new RestrictionContext(observed, service, unknowns).value(name);
            if (!value.isBlank()) {
                unknowns.add(
                        name
                                + " is '"
                                + VisibleText.of(value)
                                + "': who comes through those hosts counts as the address that"
                                + " they state.");
            }
        }
    }

    List<PostfixService> listening(int port) {
        return observed.services().stream()
                .filter(service -> service.type().equals("inet"))
                .filter(
                        service -> {
                            OptionalInt own = port(service);
                            return own.isEmpty() || own.getAsInt() == port;
                        })
                .toList();
    }

    /** postscreen hands connections on to the services of type pass. */
    List<PostfixService> serving(PostfixService listening) {
        return listening.command().equals("postscreen")
                ? observed.services().stream().filter(one -> one.type().equals("pass")).toList()
                : List.of(listening);
    }

    static boolean isSmtpd(PostfixService service) {
        return service.command().equals("smtpd");
    }

    /** Empty = not known. */
    private static OptionalInt port(PostfixService service) {
        String name = service.name();
        String port = name.substring(name.lastIndexOf(':') + 1);
        if (port.matches("[0-9]{1,5}")) {
            return OptionalInt.of(Integer.parseInt(port));
        }
        return PORTS.containsKey(port) ? OptionalInt.of(PORTS.get(port)) : OptionalInt.empty();
    }

    /** Whether only the host itself reaches a service, by its own address in master.cf. */
    boolean isOfHostOnly(PostfixService service) {
        return service.name().lastIndexOf(':') > 0 && reach(service).subtract(LOOPBACK).isEmpty();
    }

    /** From where a service can be reached at all. */
    private AddressSet reach(PostfixService service) {
        RestrictionContext context = new RestrictionContext(observed, service, new ArrayList<>());
        String protocols = context.value("inet_protocols");
        AddressSet reach = AddressSet.ALL;
        if (!protocols.contains("all")) {
            reach = protocols.contains("ipv4") ? family(AddressFamily.IPV4) : AddressSet.EMPTY;
            reach = protocols.contains("ipv6") ? reach.union(family(AddressFamily.IPV6)) : reach;
        }
        int colon = service.name().lastIndexOf(':');
        String host = colon < 0 ? "" : service.name().substring(0, colon);
        boolean isLocal =
                host.isEmpty()
                        ? context.isLoopbackOnly()
                        : host.startsWith("127.")
                                || host.equals("localhost")
                                || host.equals("[::1]");
        return isLocal ? reach.intersect(LOOPBACK) : reach;
    }

    private static AddressSet family(AddressFamily family) {
        return AddressSet.of(AddressRange.all(family));
    }
}
