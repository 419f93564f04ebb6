package io.postern.cli.network;

import java.util.List;
import java.util.Map;

/** A lab of a process that is killed while it is up; says its run and a program's pid. */
final class CrashingLab {
    private CrashingLab() {}

    public static void main(String[] arguments) throws Exception {
        NetworkLab lab = NetworkLab.start();
        Process process =
                lab.start(
                        LabHost.MX1,
                        List.of("sleep", "1000"),
                        lab.directory().resolve("sleep.log"),
                        Map.of());
        System.out.println(LabNamespaces.run(lab.namespace(LabHost.MX1)));
        System.out.println(process.pid());
        System.in.read();
    }
}
