package io.postern.cli.network;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts a main class of this program as a process of its own. */
public final class LabJava {
    private LabJava() {}

    /** The command for a small program that runs for long. */
    public static List<String> command(Class<?> main, List<String> arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-cp",
                                classPath(),
                                main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** A test run may hide its class path in the manifest of a jar or in a loader of its own. */
    private static String classPath() {
        if (LabJava.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs())
                    .map(URL::getPath)
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
