package io.postern.cli.network;

import java.util.List;

/** A host of the lab. Everybody's way to another segment leads over the gateway. */
public enum LabHost {
    CLIENT1("client1", 11, LabSegment.CLIENTS),
    CLIENT2("client2", 12, LabSegment.CLIENTS),
    GATEWAY("gw", 1, LabSegment.CLIENTS, LabSegment.SERVERS, LabSegment.MANAGEMENT),
    MX1("mx1", 21, LabSegment.SERVERS),
    MX2("mx2", 22, LabSegment.SERVERS),
    SERVICE("service", 5, LabSegment.MANAGEMENT);

    private final String word;
    private final int number;
    private final List<LabSegment> segments;

    LabHost(String word, int number, LabSegment... segments) {
        this.word = word;
        this.number = number;
        this.segments = List.of(segments);
    }

    /** As in the name of its namespace. */
    public String word() {
        return word;
    }

    /** Its address in its first segment, e.g. {@code 10.77.1.11}. */
    public String ipv4() {
        return segments.get(0).ipv4(number);
    }

    /** Its address in its first segment, e.g. {@code fd77:1::11}. */
    public String ipv6() {
        return segments.get(0).ipv6(number);
    }

    /** Its IPv4 address where agents and service meet; of hosts elsewhere the usual one. */
    public String managementAddress() {
        return segments.contains(LabSegment.MANAGEMENT)
                ? LabSegment.MANAGEMENT.ipv4(number)
                : ipv4();
    }

    List<LabSegment> segments() {
        return segments;
    }

    int number() {
        return number;
    }

    boolean isGateway() {
        return this == GATEWAY;
    }

    /** The name of its interface in a segment. */
    String networkInterface(LabSegment segment) {
        return isGateway() ? segment.word() : "eth0";
    }

    /** The name of the other end of that interface's cable, at the segment's bridge. */
    String port(LabSegment segment) {
        return isGateway() ? word + "-" + segment.word() : word;
    }
}
