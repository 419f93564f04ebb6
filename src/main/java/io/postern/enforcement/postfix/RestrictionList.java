package io.postern.enforcement.postfix;

import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One list of smtpd restrictions, judged for anonymous clients of every address and one kind of
 * recipient (SMTPD_ACCESS_README): each restriction permits, refuses, or leaves it to the next; who
 * reaches the end passes. What can only refuse by something else than address and recipient is
 * passed over, what is not known counts as permitting.
 */
final class RestrictionList {
    /** Nobody who proves nothing. */
    private static final Set<String> PROVEN =
            Set.of(
                    "permit_sasl_authenticated",
                    "permit_tls_clientcerts",
                    "permit_tls_all_clientcerts");

    private final String name;
    private final RestrictionContext context;
    private final boolean isForeign;
    private final boolean isRecipientKnown;
    private final Map<String, AddressSet> passed = new LinkedHashMap<>();
    private final Map<String, AddressSet> refused = new LinkedHashMap<>();
    private AddressSet left = AddressSet.ALL;
    private String atEnd;
    private boolean isWarning;

    /**
     * Judges a list.
     *
     * @param name the parameter
     * @param isForeign whether the recipient is in a domain that is not Postfix's own
     */
    RestrictionList(String name, RestrictionContext context, boolean isForeign) {
        this.name = name;
        this.context = context;
        this.isForeign = isForeign;
        isRecipientKnown =
                context.isDelayed()
                        || name.equals(PostfixParameters.RELAY)
                        || name.equals("smtpd_recipient_restrictions");
        atEnd = "the end of " + name;
        List<String> words = RestrictionWords.split(context.value(name));
        int i = 0;
        while (i < words.size() && !left.isEmpty()) {
            String next = i + 1 < words.size() ? words.get(i + 1) : null;
            i += judge(words.get(i).toLowerCase(Locale.ROOT), words.get(i), next);
        }
        add(passed, atEnd, left);
    }

    /** How many words it took. */
    private int judge(String word, String written, String argument) {
        if (word.equals("warn_if_reject")) {
            isWarning = true;
            return 1;
        }
        int taken = 1;
        switch (word) {
            case "permit" -> permit(word, left);
            case "permit_mynetworks" -> permit(word, context.mynetworks());
            case "permit_inet_interfaces" -> permit(word, context.interfaces());
            case "permit_auth_destination" -> {
                if (isRecipientKnown && !isForeign) {
                    permit(word, left);
                }
            }
            case "reject", "defer" -> refuse(word, left);
            case "reject_unauth_destination", "defer_unauth_destination" -> {
                if (isRecipientKnown && isForeign) {
                    refuse(word, left);
                }
            }
            case "check_client_access" -> {
                clientAccess(argument);
                taken = 2;
            }
            default -> taken = other(word, written, argument);
        }
        isWarning = false;
        return taken;
    }

    private int other(String word, String written, String argument) {
        if (word.matches("reject_rh?s?bl_.*") || word.equals("sleep")) {
            return 2;
        }
        if (word.startsWith("reject_") || word.startsWith("defer_")) {
            return 1;
        }
        if (PROVEN.contains(word)) {
            if (word.startsWith("permit_tls")) {
                context.unknowns()
                        .add(
                                "Who holds a certificate that "
                                        + word
                                        + " in "
                                        + name
                                        + " takes is not known; such clients are not anonymous and"
                                        + " are not counted.");
            }
            return 1;
        }
        boolean hasArgument =
                word.startsWith("check_")
                        || word.startsWith("permit_dnswl")
                        || word.startsWith("permit_rhswl");
        unknown(hasArgument && argument != null ? written + " " + argument : written);
        return hasArgument ? 2 : 1;
    }

    private void clientAccess(String map) {
        ObservedPostfix observed = context.observed();
        String directory = observed.tableDirectory();
        if (PostfixText.map(directory, PostfixText.CLIENTS_FILE).equals(map)) {
            AddressSet in = observed.held().clientSet();
            refuse(PostfixText.CLIENTS_FILE, in.complement());
            if (isEdited(PostfixText.CLIENTS_FILE)) {
                // A line may say OK where ours says DUNNO.
                permit(PostfixText.CLIENTS_FILE, in);
            } else if (name.equals(PostfixParameters.CLIENT)) {
                atEnd = PostfixText.CLIENTS_FILE;
            }
        } else if (PostfixText.map(directory, PostfixText.RELAY_FILE).equals(map)) {
            permit(PostfixText.RELAY_FILE, observed.held().relaySet());
        } else {
            unknown("check_client_access " + map);
        }
    }

    private boolean isEdited(String file) {
        return context.observed().deviations().stream().anyMatch(one -> one.startsWith(file));
    }

    private void unknown(String restriction) {
        context.unknowns()
                .add(
                        "What '"
                                + VisibleText.of(restriction)
                                + "' in "
                                + name
                                + " permits is not known; it counts as everything.");
        permit("'" + VisibleText.of(restriction) + "'", left);
    }

    private void permit(String cause, AddressSet who) {
        AddressSet now = left.intersect(who);
        add(passed, cause, now);
        left = left.subtract(now);
    }

    private void refuse(String cause, AddressSet who) {
        if (!isWarning) {
            AddressSet now = left.intersect(who);
            add(refused, cause, now);
            left = left.subtract(now);
        }
    }

    private static void add(Map<String, AddressSet> to, String cause, AddressSet set) {
        if (!set.isEmpty()) {
            to.merge(cause, set, AddressSet::union);
        }
    }

    /** Who passes, by what lets them. */
    Map<String, AddressSet> passed() {
        return passed;
    }

    /** Who does not, by what refuses them. */
    Map<String, AddressSet> refused() {
        return refused;
    }

    AddressSet passing() {
        return passed.values().stream().reduce(AddressSet.EMPTY, AddressSet::union);
    }
}
