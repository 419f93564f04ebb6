package io.postern.cli;

import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.exports.ExchangeExports;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.exports.OneFile;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.exports.FirewallExports;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesNames;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.exports.OutlookGuardExports;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.exports.PickupExports;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.exports.PostfixExports;
import io.postern.policy.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads exports from files, with faults as {@code file:line:column: message}. */
final class ObservedFiles {
    private ObservedFiles() {}

    /** One way to read all files together. */
    private interface Reading<T> {
        T of(Map<String, byte[]> contents) throws ExportException;
    }

    /**
     * What the files say together of Exchange.
     *
     * @throws BadInputException with every fault of every file
     */
    static ObservedExchange read(List<Path> files) {
        return read(files, ExchangeExports::read);
    }

    /**
     * What the files say together of a firewall.
     *
     * @throws BadInputException with every fault of every file
     */
    static ObservedFirewall firewall(List<Path> files) {
        return read(files, FirewallExports::read);
    }

    /**
     * What a file says of a pickup folder.
     *
     * @throws BadInputException with the fault
     */
    static ObservedPickup pickup(List<Path> files) {
        return read(files, PickupExports::read);
    }

    /**
     * What a file says of the object model guard.
     *
     * @throws BadInputException with the fault
     */
    static ObservedOutlookGuard outlookGuard(List<Path> files) {
        return read(files, OutlookGuardExports::read);
    }

    /**
     * What a file says of nftables.
     *
     * @throws BadInputException with the fault
     */
    static ObservedNftables nftables(List<Path> files, Server server, NftablesHook hook) {
        return read(
                files,
                contents ->
                        OneFile.read(
                                contents,
                                text ->
                                        NftablesExports.parse(
                                                text,
                                                NftablesNames.table(server.name()),
                                                hook,
                                                server.ports())));
    }

    /**
     * What a file says of a Postfix.
     *
     * @throws BadInputException with the fault
     */
    static ObservedPostfix postfix(List<Path> files) {
        return read(files, PostfixExports::read);
    }

    private static <T> T read(List<Path> files, Reading<T> reading) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        for (Path file : files) {
            byte[] bytes = bytes(file, faults);
            if (bytes != null) {
                contents.put(file.toString(), bytes);
            }
        }
        if (!contents.isEmpty()) {
            try {
                T observed = reading.of(contents);
                if (faults.isEmpty()) {
                    return observed;
                }
            } catch (ExportException e) {
                faults.addAll(e.lines());
            }
        }
        throw new BadInputException(faults);
    }

    /** The bytes of a file; null = a fault was told. */
    private static byte[] bytes(Path file, List<String> faults) {
        try {
            if (Files.isDirectory(file)) {
                faults.add(file + ":1:1: is a directory, not a file");
            } else if (Files.size(file) > ExchangeExports.MAX_BYTES) {
                faults.add(
                        file
                                + ":1:1: the file is larger than "
                                + ExchangeExports.MAX_BYTES
                                + " bytes (64 MiB)");
            } else {
                return Files.readAllBytes(file);
            }
        } catch (NoSuchFileException e) {
            faults.add(file + ":1:1: no such file");
        } catch (IOException e) {
            faults.add(file + ":1:1: cannot be read: " + e.getMessage());
        }
        return null;
    }
}
