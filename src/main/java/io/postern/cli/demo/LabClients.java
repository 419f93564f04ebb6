package io.postern.cli.demo;

import io.postern.cli.network.ConnectionTable;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.LabProbe;
import io.postern.cli.network.NetworkLab;
import io.postern.smtp.ObservedTier.Level;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The clients of a lab, asked from their own hosts what each server lets them do. */
final class LabClients implements AutoCloseable {
    private final NetworkLab lab;
    private final Narrator narrator;
    private final List<LabHost> clients;
    private final List<LabHost> servers;
    private final String domain;
    private final Map<LabHost, LabProbe> probes = new EnumMap<>(LabHost.class);
    private final List<ConnectionTable> tables = new ArrayList<>();

    /**
     * @param domain that the servers take mail for
     */
    LabClients(
            NetworkLab lab,
            Narrator narrator,
            List<LabHost> clients,
            List<LabHost> servers,
            String domain) {
        this.lab = lab;
        this.narrator = narrator;
        this.clients = clients;
        this.servers = servers;
        this.domain = domain;
    }

    /** Starts a prober on each. */
    void open() throws IOException {
        for (LabHost client : clients) {
            probes.put(client, LabProbe.open(lab, client));
        }
    }

    /** Every table that was asked, in order. */
    List<ConnectionTable> tables() {
        return List.copyOf(tables);
    }

    /** What is expected of a client's address at a server. */
    @FunctionalInterface
    interface Expected {
        Level of(String client, LabHost server);
    }

    /** Asks every server from every client, in both families; not as expected is an error. */
    String table(Expected expected) throws Exception {
        ConnectionTable table = new ConnectionTable();
        for (LabHost client : clients) {
            for (LabHost server : servers) {
                ask(client, server, client.ipv4(), server.ipv4(), "IPv4", expected, table);
                ask(client, server, client.ipv6(), server.ipv6(), "IPv6", expected, table);
            }
        }
        tables.add(table);
        if (!table.isAsExpected()) {
            throw new StoryException("not as expected:\n" + table.text());
        }
        return table.text();
    }

    private void ask(
            LabHost client,
            LabHost server,
            String from,
            String to,
            String family,
            Expected expected,
            ConnectionTable table)
            throws IOException {
        narrator.progress(client.word() + " asks " + server.word() + " over " + family);
        LabProbe.Answer answer =
                probes.get(client)
                        .ask(
                                new LabProbe.Question(
                                        from,
                                        to,
                                        25,
                                        "somebody@" + domain,
                                        "somebody@example.net"));
        table.add(
                new ConnectionTable.Row(
                        client.word(),
                        server.word(),
                        family,
                        expected.of(from, server),
                        answer.level(),
                        answer.reply() == null ? answer.reason() : answer.reply()));
    }

    @Override
    public void close() throws IOException {
        for (LabProbe probe : probes.values()) {
            probe.close();
        }
    }
}
