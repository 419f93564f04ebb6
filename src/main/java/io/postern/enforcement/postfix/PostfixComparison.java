package io.postern.enforcement.postfix;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;

/** Compares what a Postfix should let through with what it does. */
final class PostfixComparison {
    private static final String WRITE_AGAIN = "write Postern's tables and parameters again";

    private final PostfixState desired;
    private final ObservedPostfix observed;
    private final List<PostfixDrift> drifts = new ArrayList<>();

    PostfixComparison(PostfixState desired, ObservedPostfix observed) {
        this.desired = desired;
        this.observed = observed;
    }

    List<PostfixDrift> drifts() {
        if (!desired.isKept()) {
            if (observed.held().isKept()) {
                tell(
                        ConnectorDrift.FOREIGN,
                        PostfixEffect.KIND,
                        "tables or parameters of Postern are there but not desired",
                        "take them back, or let the policy keep this Postfix");
            }
            return drifts;
        }
        if (observed.held().isKept()) {
            own();
        } else {
            tell(
                    ConnectorDrift.MISSING,
                    PostfixEffect.KIND,
                    "neither Postern's tables nor its parameters are there",
                    WRITE_AGAIN);
        }
        if (!observed.isRunning()) {
            tell(
                    ConnectorDrift.EFFECTIVE,
                    PostfixEffect.KIND,
                    "Postfix is not running, so nobody gets in",
                    "start Postfix");
        }
        services();
        return drifts;
    }

    private void own() {
        for (String deviation : observed.deviations()) {
            int colon = deviation.indexOf(": ");
            String subject = colon < 0 ? PostfixEffect.KIND : deviation.substring(0, colon);
            String detail = colon < 0 ? deviation : deviation.substring(colon + 2);
            tell(
                    detail.equals("it is missing")
                            ? ConnectorDrift.MISSING
                            : ConnectorDrift.CHANGED,
                    subject,
                    detail,
                    WRITE_AGAIN);
        }
        difference(PostfixText.CLIENTS_FILE, desired.clientSet(), observed.held().clientSet());
        difference(PostfixText.RELAY_FILE, desired.relaySet(), observed.held().relaySet());
        if (!desired.found().equals(observed.held().found())) {
            tell(
                    ConnectorDrift.CHANGED,
                    PostfixText.CLIENTS_FILE,
                    "it says that main.cf held other restrictions before than is known",
                    WRITE_AGAIN);
        }
    }

    private void difference(String file, AddressSet wanted, AddressSet held) {
        if (wanted.equals(held)) {
            return;
        }
        AddressSet more = held.subtract(wanted);
        AddressSet less = wanted.subtract(held);
        tell(
                ConnectorDrift.CHANGED,
                file,
                "it holds "
                        + AddressCount.of(more.count())
                        + " too many"
                        + such(more)
                        + " and lacks "
                        + AddressCount.of(less.count())
                        + such(less),
                WRITE_AGAIN);
    }

    private static String such(AddressSet set) {
        return set.isEmpty() ? "" : " (such as " + set.ranges().get(0) + ")";
    }

    /** What the services let through in truth, whatever ours say. */
    private void services() {
        PostfixEffect effect = PostfixEffect.of(observed);
        boolean isServed = false;
        for (PostfixService listening : observed.services()) {
            if (!listening.type().equals("inet")) {
                continue;
            }
            if (effect.isOfHostOnly(listening)) {
                // Such as what a content filter hands back to: whoever is there needs no port.
                continue;
            }
            for (PostfixService service : effect.serving(listening)) {
                if (PostfixEffect.isSmtpd(service)) {
                    isServed = true;
                    service(listening.name(), service);
                }
            }
        }
        if (!isServed) {
            tell(
                    ConnectorDrift.EFFECTIVE,
                    PostfixEffect.KIND,
                    "no service of master.cf takes SMTP, so nobody gets in",
                    "add an smtpd service, or take Postfix from the server's enforcement");
        }
    }

    private void service(String listening, PostfixService service) {
        ServiceVerdict verdict =
                new ServiceVerdict(new RestrictionContext(observed, service, new ArrayList<>()));
        String subject = "service " + VisibleText.of(listening);
        AddressSet in = verdict.clients().subtract(desired.clientSet());
        AddressSet relaying = verdict.relay().subtract(desired.relaySet());
        if (!relaying.isEmpty()) {
            open(subject, "may relay", relaying, verdict.permitting(relaying, true));
        }
        if (!in.isEmpty()) {
            open(subject, "may submit", in, verdict.permitting(in, false));
        }
        boolean isOverridden =
                service.overrides().keySet().stream().anyMatch(ServiceVerdict.LISTS::contains);
        if (isOverridden) {
            // It is meant to be otherwise, and only what it opens is dangerous.
            return;
        }
        AddressSet out = desired.clientSet().subtract(verdict.clients());
        AddressSet kept = desired.relaySet().subtract(verdict.relay()).subtract(out);
        if (!out.isEmpty()) {
            closed(subject, "may not submit", out, verdict.refusing(out));
        }
        if (!kept.isEmpty()) {
            closed(subject, "may not relay", kept, verdict.refusing(kept));
        }
    }

    private void open(String subject, String what, AddressSet who, String cause) {
        tell(
                ConnectorDrift.EFFECTIVE,
                subject,
                first(who) + what + " against the policy, by " + cause,
                "take that from main.cf or master.cf, or adopt it by a grant");
    }

    private void closed(String subject, String what, AddressSet who, String cause) {
        tell(
                ConnectorDrift.EFFECTIVE,
                subject,
                first(who) + what + " though the policy says otherwise, by " + cause,
                "take that from main.cf or master.cf, or take the grant back");
    }

    private static String first(AddressSet who) {
        int others = who.ranges().size() - 1;
        return who.ranges().get(0)
                + (others == 0
                        ? " "
                        : others == 1 ? " and 1 more range " : " and " + others + " more ranges ");
    }

    private void tell(String kind, String subject, String detail, String remedy) {
        drifts.add(new PostfixDrift(kind, subject, detail, remedy));
    }
}
