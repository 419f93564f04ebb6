package io.postern.agent.simulated;

import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;

/**
 * What a connector grants to an unauthenticated session.
 *
 * @param submit MAIL is accepted
 * @param anyRecipient RCPT in a foreign domain is accepted
 * @param words as in the protocol log's {@code Set Session Permissions} record
 */
record SessionPermissions(boolean submit, boolean anyRecipient, String words) {
    static final SessionPermissions NONE = new SessionPermissions(false, false, "None");
    private static final SessionPermissions ANONYMOUS =
            new SessionPermissions(
                    true,
                    false,
                    "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender"
                            + " AcceptRoutingHeaders");
    private static final SessionPermissions ANONYMOUS_RELAY =
            new SessionPermissions(
                    true,
                    true,
                    "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAnySender"
                            + " SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders");
    private static final SessionPermissions EXTERNALLY_SECURED =
            new SessionPermissions(
                    true,
                    true,
                    "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAuthenticationFlag"
                            + " SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender"
                            + " BypassAntiSpam BypassMessageSizeLimit SMTPAcceptEXCH50"
                            + " AcceptRoutingHeaders");

    /** An unknown relay right grants nothing here: the simulation is its own authority. */
    static SessionPermissions of(ReceiveConnector connector) {
        if (connector.externallySecured()
                && connector.permissionGroups().contains(PermissionGroup.EXCHANGE_SERVERS)) {
            return EXTERNALLY_SECURED;
        }
        if (!connector.anonymous()) {
            return NONE;
        }
        return Boolean.TRUE.equals(connector.anonymousRelay()) ? ANONYMOUS_RELAY : ANONYMOUS;
    }
}
