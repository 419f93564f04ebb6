package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Random policies and connectors over a few addresses, so that everything meets everything. */
final class RandomConnectors {
    /** Where sessions arrive: the one address some connectors bind exactly, and any other. */
    static final List<Address> LOCALS =
            List.of(
                    Address.parse("10.20.0.11"),
                    Address.parse("10.20.0.12"),
                    Address.parse("fd00::11"));

    private final Random random;

    RandomConnectors(long seed) {
        random = new Random(seed);
    }

    PolicyDraft policy() {
        PolicyDraft draft = new PolicyDraft();
        if (random.nextBoolean()) {
            draft.own("10.20.0.11");
        }
        Tier[] tiers = {Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED};
        for (int i = random.nextInt(7); i > 0; i--) {
            draft.grant("g" + i, tiers[random.nextInt(3)], texts());
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            draft.block("b" + i, texts());
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            draft.protect("p" + i, Tier.INTERNAL, range().toString());
        }
        return draft;
    }

    private String[] texts() {
        String[] texts = new String[1 + random.nextInt(3)];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = range().toString();
        }
        return texts;
    }

    AddressRange range() {
        boolean six = random.nextInt(4) == 0;
        if (random.nextInt(25) == 0) {
            return AddressRange.parse(six ? "::/0" : "0.0.0.0/0");
        }
        int low = random.nextInt(24);
        int high = Math.min(23, low + (random.nextInt(3) == 0 ? 0 : random.nextInt(9)));
        return new AddressRange(address(six, low), address(six, high));
    }

    private static Address address(boolean six, int host) {
        return six ? Address.ipv6(0xfd00_0000_0000_0000L, host) : Address.ipv4(0x0A00_0000L + host);
    }

    /** The five defaults and up to three others that Exchange takes beside {@code present}. */
    List<ReceiveConnector> unmanaged(List<ReceiveConnector> present) {
        List<ReceiveConnector> list =
                new ArrayList<>(DefaultConnectors.ofFreshServer("EX01", "contoso.example"));
        for (int i = random.nextInt(4); i > 0; i--) {
            List<AddressRange> ranges = new ArrayList<>();
            for (int r = 1 + random.nextInt(3); r > 0; r--) {
                ranges.add(range());
            }
            ConnectorDraft draft =
                    ConnectorDraft.connector("Foreign " + i, ranges).relay(random.nextBoolean());
            switch (random.nextInt(4)) {
                case 0 -> draft.on("10.20.0.11:25");
                case 1 -> draft.on("0.0.0.0:25", "[::]:25");
                case 2 -> draft.on("[::]:25").disabled();
                default -> draft.on("[::]:25", "0.0.0.0:25");
            }
            List<ReceiveConnector> others = new ArrayList<>(list);
            others.addAll(present);
            if (ConnectorConflicts.refusing(others, draft.build()).isEmpty()) {
                list.add(draft.build());
            }
        }
        return list;
    }

    /** Every end of every range, and its neighbours. */
    static TreeSet<Address> probes(List<ReceiveConnector> connectors, List<AddressRange> more) {
        TreeSet<Address> probes = new TreeSet<>();
        List<AddressRange> ranges = new ArrayList<>(more);
        connectors.forEach(one -> ranges.addAll(one.remoteIpRanges()));
        for (AddressRange range : ranges) {
            for (Address end : List.of(range.low(), range.high())) {
                probes.add(end);
                end.previous().ifPresent(probes::add);
                end.next().ifPresent(probes::add);
            }
        }
        return probes;
    }
}
