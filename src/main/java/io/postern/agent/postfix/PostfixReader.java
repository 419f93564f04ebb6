package io.postern.agent.postfix;

import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixOutputs;
import io.postern.enforcement.postfix.PostfixParameters;
import io.postern.enforcement.postfix.PostfixReading;
import io.postern.enforcement.postfix.PostfixText;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a Postfix by its programs, and holds what we read of our tables against what it finds. */
final class PostfixReader {
    private static final String QUEUE = "queue_directory";

    private final PostfixPrograms programs;
    private final PostfixTables tables;
    private Path queueDirectory;

    PostfixReader(PostfixPrograms programs, PostfixTables tables) {
        this.programs = programs;
        this.tables = tables;
    }

    ObservedPostfix read() throws IOException {
        return read(programs.isRunning());
    }

    /** After a reload, which only one that runs takes: status costs more than all the rest. */
    ObservedPostfix readRunning() throws IOException {
        return read(true);
    }

    private ObservedPostfix read(boolean isRunning) throws IOException {
        PostfixPrograms.Answer explicit =
                programs.ask(List.of("-n", PostfixParameters.CLIENT, PostfixParameters.RELAY));
        List<String> parameters = new ArrayList<>(List.of("-x", QUEUE));
        parameters.addAll(PostfixReading.PARAMETERS);
        PostfixPrograms.Answer effective = programs.ask(parameters);
        ObservedPostfix observed;
        try {
            observed =
                    PostfixReading.of(
                            new PostfixOutputs(
                                    tables.directory().toString(),
                                    tables.read(PostfixText.CLIENTS_FILE),
                                    tables.read(PostfixText.RELAY_FILE),
                                    explicit.text(),
                                    effective.text(),
                                    programs.ask(List.of("-Mx")).text(),
                                    programs.ask(List.of("-Px")).text(),
                                    isRunning,
                                    explicit.warnings()));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        queueDirectory = Path.of(observed.effective().getOrDefault(QUEUE, "/var/spool/postfix"));
        compare(observed);
        return observed;
    }

    /** Of the last reading. */
    Path queueDirectory() {
        return queueDirectory;
    }

    /** Where a table is not as we write it, it is told already, and its results are its own. */
    private void compare(ObservedPostfix observed) throws IOException {
        if (!observed.held().isKept()) {
            return;
        }
        compare(PostfixText.CLIENTS_FILE, observed, set(observed.held().clients()));
        compare(PostfixText.RELAY_FILE, observed, set(observed.held().relay()));
    }

    private static AddressSet set(List<String> texts) {
        return AddressSet.parse(texts.toArray(String[]::new));
    }

    private void compare(String file, ObservedPostfix observed, AddressSet set) throws IOException {
        if (observed.deviations().stream().anyMatch(one -> one.startsWith(file))) {
            return;
        }
        List<Address> samples = TableSamples.of(set);
        String map = "cidr:" + tables.directory().resolve(file);
        Map<String, String> found =
                programs.look(map, samples.stream().map(Address::toString).toList());
        for (Address sample : samples) {
            String result = found.getOrDefault(sample.toString(), "nothing");
            String expected = PostfixText.result(file, set.contains(sample));
            if (!result.equals(expected)) {
                throw new IOException(
                        "Postfix finds "
                                + result
                                + " for "
                                + sample
                                + " in "
                                + file
                                + ", where "
                                + expected
                                + " is read");
            }
        }
    }
}
