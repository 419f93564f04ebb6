package io.postern.packaging;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.packaging.FakeCheckout.Finished;
import io.postern.packaging.FakeCheckout.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the POSIX launcher; Windows has postern.cmd")
class LauncherTest {

    private static final String BUILD_LINE =
            "-B -ntp -DskipTests -Dspotless.check.skip=true package";

    @TempDir Path directory;
    private FakeCheckout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new FakeCheckout(directory.toRealPath());
    }

    @Test
    void buildsWhenTheApplicationIsMissingAndSaysSoOnStandardError() throws Exception {
        Finished run = checkout.run("decide");
        assertEquals(0, run.exitStatus(), run.errors());
        assertEquals(List.of(BUILD_LINE), checkout.builds());
        assertTrue(run.errors().contains("Building Postern (first run downloads"), run.errors());
        assertTrue(run.output().startsWith("pid "), "stdout is the verb's: " + run.output());
        assertTrue(Files.exists(checkout.home.resolve("target/build.log")));
        assertFalse(Files.exists(checkout.home.resolve("target/postern-build.lock")));
    }

    @Test
    void doesNotBuildASecondTime() throws Exception {
        checkout.run("decide");
        checkout.run("decide");
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void doesNotBuildWhenTheApplicationIsFresh() throws Exception {
        checkout.writeFreshApplication();
        Finished run = checkout.run("decide");
        assertEquals(List.of(), checkout.builds());
        assertEquals("", run.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "src/main/java/Thing.java", "openapi/postern.yaml"})
    void buildsWhenASourceIsNewer(String source) throws Exception {
        checkout.writeFreshApplication();
        checkout.writeSource(source, Instant.parse("2021-01-01T00:00:00Z"));
        checkout.run("decide");
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void buildsAgainWhatWasEditedWhileTheBuildRan() throws Exception {
        // The edit is dated ahead of the build's start, since a file system's clock may be coarse.
        checkout.fakeMaven(
                "3.8.1",
                "mkdir -p target/quarkus-app; : >target/quarkus-app/quarkus-run.jar; sleep 1.1;"
                        + " : >src/main/java/Thing.java");
        checkout.run("decide");
        checkout.run("decide");
        assertEquals(2, checkout.builds().size());
    }

    @Test
    void passesArgumentsUnchanged() throws Exception {
        checkout.writeFreshApplication();
        String[] arguments = {
            "decide", "two words", "it's \"quoted\"", "*", "", "$HOME", "back\\slash", "--json"
        };
        checkout.run(arguments);
        List<String> passed = checkout.javaArguments();
        int main = passed.indexOf("io.postern.cli.Postern");
        assertEquals(List.of(arguments), passed.subList(main + 1, passed.size()));
    }

    @Test
    void startsTheServerFromItsJarWithTheVerb() throws Exception {
        checkout.writeFreshApplication();
        checkout.run("server", "--port", "1");
        List<String> passed = checkout.javaArguments();
        String jar = checkout.home.resolve("target/quarkus-app/quarkus-run.jar").toString();
        int at = passed.indexOf("-jar");
        assertEquals(List.of(jar, "server", "--port", "1"), passed.subList(at + 1, passed.size()));
        assertTrue(passed.containsAll(List.of("-XX:+UseSerialGC", "-Xmx256m")), passed.toString());
    }

    @ParameterizedTest
    @CsvSource({"decide, true", "check, true", "agent, false", "demo, false"})
    void compilesQuicklyOnlyWhatEndsSoon(String verb, boolean quick) throws Exception {
        checkout.writeFreshApplication();
        checkout.run(verb);
        List<String> passed = checkout.javaArguments();
        assertEquals(quick, passed.contains("-XX:TieredStopAtLevel=1"), passed.toString());
        String app = checkout.home.resolve("target/quarkus-app").toString();
        String classPath =
                String.join(
                        ":",
                        app + "/app/*",
                        app + "/lib/main/*",
                        app + "/lib/boot/*",
                        app + "/quarkus/*");
        assertEquals(classPath, passed.get(passed.indexOf("-cp") + 1));
    }

    @Test
    void letsThePersonsJavaOptionsWin() throws Exception {
        checkout.writeFreshApplication();
        checkout.set("POSTERN_JAVA_OPTIONS", "-Xmx1g -XX:+UseG1GC -Dpattern=*");
        checkout.run("server");
        List<String> passed = checkout.javaArguments();
        assertFalse(passed.contains("-XX:+UseSerialGC"), "two collectors stop the JVM: " + passed);
        assertTrue(passed.indexOf("-Xmx1g") > passed.indexOf("-Xmx256m"), passed.toString());
        assertTrue(passed.contains("-Dpattern=*"), passed.toString());
    }

    @Test
    void worksThroughSymbolicLinksFromAnyDirectoryAndKeepsIt() throws Exception {
        checkout.writeFreshApplication();
        Path elsewhere = Files.createDirectories(directory.toRealPath().resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("../check out/postern"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("second"));
        Finished run = checkout.start(link.toString(), elsewhere, "decide").finish();
        assertEquals(0, run.exitStatus(), run.errors());
        assertTrue(run.output().endsWith(" in " + elsewhere + "\n"), run.output());
        List<String> passed = checkout.javaArguments();
        assertTrue(passed.contains("-Dpostern.home=" + checkout.home), passed.toString());
        assertTrue(passed.contains("-Dpostern.launcher=" + checkout.launcher), passed.toString());
    }

    @Test
    void becomesJavaSoThatSignalsAndTheExitStatusPass() throws Exception {
        checkout.writeFreshApplication();
        checkout.set("FAKE_STATUS", "7");
        Started started = checkout.start(checkout.launcher.toString(), checkout.home, "decide");
        Finished run = started.finish();
        assertEquals(7, run.exitStatus());
        assertTrue(run.output().startsWith("pid " + started.process().pid() + " "), run.output());
    }

    @Test
    void refusesToStartWithoutJava() throws Exception {
        checkout.remove("java");
        assertRefused(checkout.run("decide"), "no Java found: install a JDK 17 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.20", "1.8.0_392"})
    void refusesAnOldJava(String version) throws Exception {
        checkout.fakeJava(version);
        assertRefused(checkout.run("decide"), "is Java " + version + "; Postern needs 17 or newer");
    }

    @Test
    void refusesAJavaHomeThatHoldsNoJava() throws Exception {
        checkout.set("JAVA_HOME", "/nowhere");
        assertRefused(checkout.run("decide"), "JAVA_HOME (/nowhere) has no bin/java");
    }

    @Test
    void readsTheVersionFromTheReleaseFileOfAJavaHome() throws Exception {
        checkout.writeFreshApplication();
        Path jdk = Files.createDirectories(directory.resolve("jdk 21/bin"));
        Files.copy(checkout.bin.resolve("java"), jdk.resolve("java"));
        Files.writeString(jdk.resolveSibling("release"), "A=\"1\"\nJAVA_VERSION=\"16.0.2\"\n");
        checkout.set("JAVA_HOME", jdk.getParent().toString());
        assertRefused(checkout.run("decide"), "is Java 16.0.2");
        Files.writeString(jdk.resolveSibling("release"), "JAVA_VERSION=\"21\"\n");
        assertEquals(0, checkout.run("decide").exitStatus());
    }

    @Test
    void refusesToBuildWithoutMaven() throws Exception {
        checkout.remove("mvn");
        assertRefused(checkout.run("decide"), "Maven (mvn) is not on the PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.6.3", "2.2.1"})
    void refusesAnOldMaven(String version) throws Exception {
        checkout.fakeMaven(version, "exit 0");
        assertRefused(checkout.run("decide"), "is Maven " + version + "; Postern needs 3.8");
    }

    @Test
    void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
        checkout.fakeMaven(
                "3.9.9", "n=1; while [ $n -le 60 ]; do echo \"row $n\"; n=$((n+1)); done; exit 1");
        Finished run = checkout.run("decide");
        String log = checkout.home.resolve("target/build.log").toString();
        assertRefused(run, "postern: the build failed; its whole log: " + log);
        List<String> rows = run.errors().lines().filter(line -> line.startsWith("row ")).toList();
        assertEquals(IntStream.rangeClosed(21, 60).mapToObj(n -> "row " + n).toList(), rows);
        checkout.fakeMaven("3.9.9", ": builds nothing");
        assertRefused(checkout.run("decide"), "the build failed");
    }

    @Test
    void buildsOnceWhenStartedTwiceAtTheSameTime() throws Exception {
        checkout.fakeMaven(
                "3.9.9",
                "until [ -f \"$FAKES/go\" ]; do sleep 0.1; done; mkdir -p target/quarkus-app;"
                        + " : >target/quarkus-app/quarkus-run.jar");
        Started first = checkout.start(checkout.launcher.toString(), checkout.home, "decide");
        await().atMost(Duration.ofSeconds(30)).until(() -> checkout.builds().size() == 1);
        Started second = checkout.start(checkout.launcher.toString(), checkout.home, "decide");
        String notice = "Waiting for another build of Postern (process " + first.process().pid();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(second.errors()).contains(notice));
        Files.createFile(directory.toRealPath().resolve("go"));
        assertAll(
                () -> assertEquals(0, first.finish().exitStatus()),
                () -> assertEquals(0, second.finish().exitStatus()),
                () -> assertEquals(1, checkout.builds().size()));
    }

    @Test
    void takesOverTheLockOfADeadBuild() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = checkout.home.resolve("target/postern-build.lock");
        Files.createDirectories(lock);
        Files.createSymbolicLink(lock.resolve("holder.1"), Path.of(Long.toString(dead.pid())));
        assertEquals(0, checkout.run("decide").exitStatus());
        assertEquals(1, checkout.builds().size());
        assertFalse(Files.exists(lock));
    }

    @Test
    void stopsMavenAndGivesTheLockBackWhenTerminated() throws Exception {
        checkout.fakeMaven("3.9.9", "echo $$ >\"$FAKES/maven\"; exec sleep 60");
        Started started = checkout.start(checkout.launcher.toString(), checkout.home, "decide");
        Path noted = directory.toRealPath().resolve("maven");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(noted) && Files.size(noted) > 0);
        started.process().destroy();
        assertEquals(130, started.finish().exitStatus());
        long maven = Long.parseLong(Files.readString(noted).strip());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(maven).filter(ProcessHandle::isAlive).isEmpty());
        assertFalse(Files.exists(checkout.home.resolve("target/postern-build.lock")));
    }

    @Test
    void neverBuildsAnInstallation() throws Exception {
        Path installation = Files.createDirectories(directory.toRealPath().resolve("installed"));
        checkout.set("POSTERN_HOME", installation.toString());
        assertRefused(checkout.run("decide"), "no Postern in " + installation);
        Path jar = Files.createDirectories(installation.resolve("quarkus-app"));
        Files.createFile(jar.resolve("quarkus-run.jar"));
        Files.setLastModifiedTime(
                jar.resolve("quarkus-run.jar"),
                FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        assertEquals(0, checkout.run("server").exitStatus());
        assertTrue(checkout.javaArguments().contains(jar.resolve("quarkus-run.jar").toString()));
        assertEquals(List.of(), checkout.builds());
    }

    private static void assertRefused(Finished run, String message) {
        assertEquals(2, run.exitStatus(), run.errors());
        assertTrue(run.errors().contains(message), run.errors());
        assertEquals("", run.output());
    }
}
