package io.postern.enforcement.outlook;

import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.AssessmentFinding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is wrong with the guard of a machine, whatever anybody wants of it. */
public final class OutlookGuardFindings {
    private final String server;
    private final List<AssessmentFinding> findings = new ArrayList<>();

    private OutlookGuardFindings(String server) {
        this.server = server;
    }

    /** The findings, by key; none = every program that sends is asked for or refused. */
    public static List<AssessmentFinding> of(String server, ObservedOutlookGuard observed) {
        OutlookGuardFindings all = new OutlookGuardFindings(server);
        observed.keys().forEach(all::key);
        return List.copyOf(all.findings);
    }

    private void key(ObservedGuardKey key) {
        String where = " (" + key.key().path() + ")";
        for (String name : key.unreadable()) {
            add(
                    Severity.MEDIUM,
                    "outlook-guard-unknown",
                    name + " cannot be read" + where,
                    "look at the value and its permissions by hand");
        }
        if (key.key().user() == null) {
            machine(key, where);
        } else {
            user(key, where);
        }
    }

    private void machine(ObservedGuardKey key, String where) {
        Integer value = key.value(GuardValues.OBJECT_MODEL_GUARD);
        String remedy = "set ObjectModelGuard to 1";
        if (key.isUnreadable(GuardValues.OBJECT_MODEL_GUARD)
                || Objects.equals(value, GuardValues.WARN_ALWAYS)) {
            return;
        }
        if (value == null || value == GuardValues.WARN_WITHOUT_ANTIVIRUS) {
            add(
                    Severity.LOW,
                    "outlook-guard-by-antivirus",
                    "a program may send through Outlook unasked while an antivirus is up to date"
                            + where,
                    remedy);
        } else if (value == GuardValues.WARN_NEVER) {
            add(
                    Severity.HIGH,
                    "outlook-guard-never-warns",
                    "ObjectModelGuard is 2: any program may send through Outlook unasked" + where,
                    remedy);
        } else {
            unknown(GuardValues.OBJECT_MODEL_GUARD, value, where);
        }
    }

    private void user(ObservedGuardKey key, String where) {
        Integer mode = key.value(GuardValues.ADMIN_SECURITY_MODE);
        boolean isRead = Objects.equals(mode, GuardValues.MODE_POLICY);
        if (!isRead && GuardValues.SENDING.stream().anyMatch(key.present()::containsKey)) {
            add(
                    Severity.MEDIUM,
                    "outlook-guard-ignored",
                    "prompts are set but AdminSecurityMode is "
                            + GuardValues.meaning(GuardValues.ADMIN_SECURITY_MODE, mode)
                            + ", so Outlook does not read them"
                            + where,
                    "set AdminSecurityMode to 3");
        }
        for (String name : GuardValues.SENDING) {
            Integer value = key.value(name);
            if (value == null || !isRead) {
                continue;
            }
            if (value == GuardValues.PROMPT_ALLOW) {
                add(
                        Severity.HIGH,
                        "outlook-guard-allows",
                        name + " is 2: programs of this user may send unasked" + where,
                        "set it to 1 (ask) or 0 (deny)");
            } else if (value < 0 || value > GuardValues.PROMPT_BY_ANTIVIRUS) {
                unknown(name, value, where);
            }
        }
    }

    private void unknown(String name, int value, String where) {
        add(
                Severity.MEDIUM,
                "outlook-guard-unknown",
                name + " is " + value + ", which means nothing that is known" + where,
                "set a known value");
    }

    private void add(Severity severity, String rule, String message, String remedy) {
        findings.add(
                new AssessmentFinding(severity, rule, server, null, List.of(), message, remedy));
    }
}
