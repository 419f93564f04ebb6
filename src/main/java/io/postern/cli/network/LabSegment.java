package io.postern.cli.network;

/** A network of the lab: one bridge. Every number in it is private and leads nowhere else. */
enum LabSegment {
    CLIENTS("clients", 1),
    SERVERS("servers", 2),
    MANAGEMENT("management", 9);

    private final String word;
    private final int number;

    LabSegment(String word, int number) {
        this.word = word;
        this.number = number;
    }

    /** As in the name of an interface. */
    String word() {
        return word;
    }

    String ipv4(int host) {
        return "10.77." + number + "." + host;
    }

    /** The last part reads like the IPv4 one, 11 for 11. */
    String ipv6(int host) {
        return "fd77:" + number + "::" + host;
    }
}
