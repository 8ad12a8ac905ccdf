package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `kaon` in a checkout that holds nothing else, with a JDK and a Maven that only say what they were
/// asked.
final class LauncherTest {
    @TempDir
    private Path folder;

    private Path checkout;
    private Path jdk;
    private Path tools;

    @BeforeEach
    void layOut() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a check out"));
        jdk = Files.createDirectories(folder.resolve("the jdk"));
        tools = Files.createDirectories(folder.resolve("tools"));
        Files.copy(Path.of("kaon"), checkout.resolve("kaon"));
        Files.createDirectories(checkout.resolve("src/main"));
        Files.createDirectories(checkout.resolve("config"));
        Files.createFile(checkout.resolve("pom.xml"));
        script(
                jdk.resolve("bin/java"),
                "echo \"java $* in $(pwd -P) with $KAON_MODELS\"; echo \"TensorFlow logs from $TF_CPP_MIN_LOG_LEVEL, no telemetry: $ORT_DISABLE_TELEMETRY\"");
        script(jdk.resolve("bin/javac"), "exit 1");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(tools.resolve("mvn"), "mkdir -p target/quarkus-app && : >target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void buildsOnceAndRunsFromAnyDirectory() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("else where"));
        Finished first = run(elsewhere, checkout.resolve("kaon"), "serve", "m m");
        assertThat(first.status()).as(first.output()).isZero();
        assertThat(first.output())
                .contains("kaon: building")
                .contains(" -jar " + real(checkout) + "/target/quarkus-app/quarkus-run.jar serve m m in "
                        + real(elsewhere) + " with " + real(checkout) + "/models");
        assertThat(run(elsewhere, checkout.resolve("kaon"), "serve").output()).doesNotContain("building");
    }

    @Test
    void trainsACacheAndStartsFromIt() throws IOException {
        script(jdk.resolve("bin/java"), "case $1 in */Train.java) : >\"$2\" ;; *) echo \"java $*\" ;; esac");
        assertThat(run(folder, checkout.resolve("kaon"), "build").output()).doesNotContain("no cache");
        assertThat(run(folder, checkout.resolve("kaon"), "version").output())
                .contains("-XX:AOTCache=" + real(checkout) + "/target/quarkus-app/kaon.aot ");
    }

    @Test
    void servesWithoutACacheAndSaysSo() throws IOException {
        script(jdk.resolve("bin/java"), "case $1 in */Train.java) echo no; exit 1 ;; *) echo \"java $*\" ;; esac");
        Finished first = run(folder, checkout.resolve("kaon"), "version");
        assertThat(first.output()).contains("kaon: no cache was made").doesNotContain("AOTCache=");
        assertThat(first.status()).isZero();
    }

    @Test
    void buildsWithProfilesAndTrainsACacheForThat() throws IOException {
        script(
                tools.resolve("mvn"),
                "mkdir -p target/quarkus-app && echo \"mvn $*\" >target/asked && : >target/quarkus-app/quarkus-run.jar");
        script(jdk.resolve("bin/java"), "case $1 in */Train.java) : >\"$2\" ;; esac");
        assertThat(run(folder, checkout.resolve("kaon"), "build", "-Pgcs,hdfs").status())
                .isZero();
        assertThat(checkout.resolve("target/asked")).content().contains(" package -Dmaven.test.skip=true -Pgcs,hdfs");
        assertThat(checkout.resolve("target/quarkus-app/kaon.aot")).exists();
    }

    @Test
    void wantsABuilderForTheExecutable() {
        Finished none = run(folder, checkout.resolve("kaon"), "build", "--native");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.output()).contains("set GRAALVM_HOME");
    }

    @Test
    void worksThroughLinks() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("kaon-1"), Path.of("../a check out/kaon"));
        Files.createSymbolicLink(bin.resolve("kaon"), bin.resolve("kaon-1"));
        Finished linked = run(folder, bin.resolve("kaon"), "version");
        assertThat(linked.status()).as(linked.output()).isZero();
        assertThat(linked.output()).contains(real(checkout) + "/target/quarkus-app/quarkus-run.jar version");
    }

    @Test
    void leavesModelsToTheConfigurationFile() throws IOException {
        Files.writeString(checkout.resolve("config/application.properties"), "kaon.models=/mine\n");
        Finished configured = run(checkout, checkout.resolve("kaon"), "serve");
        assertThat(configured.output()).contains("with \n");
    }

    @Test
    void keepsEnginesQuietUnlessToldOtherwise() throws IOException {
        Path kaon = checkout.resolve("kaon");
        assertThat(run(checkout, kaon, "serve").output()).contains("TensorFlow logs from 2, no telemetry: 1\n");
        Path louder = folder.resolve("louder");
        script(louder, "TF_CPP_MIN_LOG_LEVEL=0 ORT_DISABLE_TELEMETRY=0 exec '" + kaon + "' \"$@\"");
        Finished told = run(checkout, louder, "serve");
        assertThat(told.output()).contains("TensorFlow logs from 0, no telemetry: 0\n");
    }

    @Test
    void printsTheJdkThatItFound() {
        Finished found = run(folder, checkout.resolve("kaon"), "jdk");
        assertThat(found).isEqualTo(new Finished(0, jdk + "\n"));
    }

    @Test
    void saysThatAJdkIsMissingInOneSentence() throws IOException {
        Path kaon = checkout.resolve("kaon");
        Files.writeString(kaon, Files.readString(kaon).replace("wanted=25", "wanted=999"));
        Finished none = run(folder, kaon, "serve");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.output())
                .isEqualTo("kaon: a JDK 999 or newer is needed and none was found in JAVA_HOME, on the PATH or in the"
                        + " usual folders; install one and set JAVA_HOME to it\n");
    }

    @Test
    void saysThatMavenIsMissingInOneSentence() throws IOException {
        Files.delete(tools.resolve("mvn"));
        for (String tool :
                List.of("cat", "date", "dirname", "find", "grep", "head", "mkdir", "readlink", "sed", "sh")) {
            Files.createSymbolicLink(tools.resolve(tool), which(tool));
        }
        Finished none = start(folder, checkout.resolve("kaon"), tools.toString(), "build");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.output())
                .isEqualTo("kaon: Maven (mvn) is needed to build and is not on the PATH; install it\n");
    }

    @Test
    void showsWhyABuildFailed() throws IOException {
        script(tools.resolve("mvn"), "echo '[INFO] much'; echo '[ERROR] this is why'; exit 1");
        Finished failed = run(folder, checkout.resolve("kaon"), "build");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output())
                .contains("[ERROR] this is why\n")
                .endsWith("kaon: the build failed; all of its output is in target/build.log\n")
                .doesNotContain("much");
    }

    private record Finished(int status, String output) {}

    private Finished run(Path directory, Path kaon, String... arguments) {
        return start(directory, kaon, tools + ":" + System.getenv("PATH"), arguments);
    }

    private Finished start(Path directory, Path kaon, String path, String... arguments) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", kaon.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("KAON_")
                        || name.startsWith("TF_")
                        || name.startsWith("ORT_")
                        || Set.of("HOME", "GRAALVM_HOME").contains(name));
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("PATH", path);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Finished(process.waitFor(), output);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String real(Path path) throws IOException {
        return path.toRealPath().toString();
    }

    private static Path which(String tool) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            Path file = Path.of(directory, tool);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new AssertionError("no " + tool + " on the path");
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " could not be made executable");
        }
    }
}
