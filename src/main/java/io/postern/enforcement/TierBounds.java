package io.postern.enforcement;

import io.postern.policy.Tier;
import java.util.Objects;

/**
 * How far an unauthenticated client of a connector gets, as far as that is known.
 *
 * @param atLeast what is certain
 * @param atMost what it may be if rights that were not exported are there; equal to {@code atLeast}
 *     where everything is known
 */
public record TierBounds(Tier atLeast, Tier atMost) {
    /** No connector, or one that lets nobody submit without signing in. */
    public static final TierBounds NOTHING = new TierBounds(Tier.NONE, Tier.NONE);

    public TierBounds {
        Objects.requireNonNull(atLeast);
        Objects.requireNonNull(atMost);
        if (atLeast.compareTo(atMost) > 0) {
            throw new IllegalArgumentException(atLeast + " is above " + atMost);
        }
    }

    /**
     * What a connector gives: without its permissions AnonymousUsers may hold the relay right too,
     * and Custom may hide that anonymous clients submit at all.
     */
    public static TierBounds of(ReceiveConnector connector) {
        Tier tier = ConnectorSelection.tierOf(connector);
        boolean unknown = connector.anonymousRelay() == null;
        boolean hidden =
                connector.anonymous()
                        || connector.permissionGroups().contains(PermissionGroup.CUSTOM);
        boolean open = tier.compareTo(Tier.RELAY) < 0 && unknown && hidden;
        return new TierBounds(tier, open ? Tier.RELAY : tier);
    }

    /** Whether there is no doubt. */
    public boolean isKnown() {
        return atLeast == atMost;
    }

    /** {@code internal}, or {@code internal or relay} where it is not known. */
    @Override
    public String toString() {
        return switch (isKnown() ? 0 : atMost.compareTo(atLeast)) {
            case 0 -> atLeast.word();
            case 1 -> atLeast.word() + " or " + atMost.word();
            default -> atLeast.word() + " to " + atMost.word();
        };
    }
}
