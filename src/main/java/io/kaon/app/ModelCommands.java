package io.kaon.app;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ModelSource;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.storage.ByteSize;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.TensorSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `check` and `inspect`: look at one model on the plain core, without servers.
final class ModelCommands {
    private ModelCommands() {}

    /// Prints the signatures.
    ///
    /// @return the exit status
    static int inspect(String directory, PrintWriter out) {
        return withSession(directory, out, (_, session) -> {
            printSignatures(session, out);
            return 0;
        });
    }

    /// Prints the signatures and runs each once on zeros.
    ///
    /// @return the exit status: 1 when a run failed
    static int check(String directory, PrintWriter out) {
        return withSession(directory, out, (loadTime, session) -> {
            out.println("loaded in " + loadTime.toMillis() + " ms");
            printSignatures(session, out);
            boolean sound = true;
            for (ModelSignature signature : session.signatures().values()) {
                sound &= runs(signature, session, out);
            }
            return sound ? 0 : 1;
        });
    }

    @FunctionalInterface
    private interface Look {
        int at(Duration loadTime, EngineSession session);
    }

    private static int withSession(String directory, PrintWriter out, Look look) {
        Path version = versionDirectory(directory);
        Engine engine = Wiring.engines().stream()
                .filter(candidate -> candidate.recognises(version))
                .findFirst()
                .orElseThrow(() -> unrecognised(version));
        out.println(version + ": " + engine.name());
        long began = System.nanoTime();
        try (EngineSession session = engine.inspect(version).load(version, EngineSettings.defaults())) {
            return look.at(Duration.ofNanos(System.nanoTime() - began), session);
        }
    }

    /// The directory itself if an engine recognises it, or else its newest version.
    private static Path versionDirectory(String directory) {
        Location location = ModelSource.location(directory);
        if (!location.scheme().equals(Location.FILE)) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "expected a directory of this machine, got " + location + ": copy the model here first");
        }
        Path path = Path.of(location.path());
        if (Wiring.engines().stream().anyMatch(engine -> engine.recognises(path))) {
            return path;
        }
        Optional<String> newest = listing(location).directories().stream()
                .filter(name -> name.matches("[0-9]{1,18}"))
                .max(Comparator.comparingLong(Long::parseLong));
        return newest.map(path::resolve).orElse(path);
    }

    private static Listing listing(Location location) {
        try (ModelStores stores = Wiring.stores(CommandConfig.options().s3())) {
            return stores.of(location).list(location);
        }
    }

    private static ServingException unrecognised(Path version) {
        Location location = ModelSource.location(version.toString());
        List<String> found = listing(location).files();
        List<String> expected = Wiring.engines().stream()
                .flatMap(engine -> engine.modelFiles().stream())
                .toList();
        return new ServingException(
                ErrorKind.UNSUPPORTED,
                "no engine recognises " + version + ": expected " + expected + " or a directory with versions, found "
                        + (found.isEmpty() ? "no files" : found));
    }

    private static void printSignatures(EngineSession session, PrintWriter out) {
        session.signatures().forEach((name, signature) -> {
            String refusal = signature.traits().refusal();
            out.println("signature " + name + (refusal == null ? "" : "  cannot be called: " + refusal));
            printTensors("input", signature.inputs(), out);
            printTensors("output", signature.outputs(), out);
        });
    }

    private static void printTensors(String kind, Map<String, TensorSpec> tensors, PrintWriter out) {
        tensors.values()
                .forEach(tensor -> out.println("  " + kind + " " + tensor.name() + "  " + tensor.describe()
                        + (tensor.required() ? "" : "  optional")
                        + (tensor.classKeys().isEmpty() ? "" : "  classes " + tensor.classKeys())));
    }

    private static boolean runs(ModelSignature signature, EngineSession session, PrintWriter out) {
        if (signature.traits().refusal() != null) {
            return true;
        }
        if (signature.traits().changesState()) {
            out.println("signature " + signature.name() + " was not run: it changes what later calls answer");
            return true;
        }
        List<NamedTensors> zeros = ZeroInputs.of(signature);
        if (zeros.isEmpty()) {
            out.println("signature " + signature.name() + " was not run: its inputs take more than "
                    + ByteSize.text(ZeroInputs.MOST_BYTES));
            return true;
        }
        try {
            NamedTensors taken =
                    ZeroInputs.accepted(zeros, inputs -> session.run(signature, inputs, Set.of(), Cancellation.NEVER));
            long began = System.nanoTime();
            NamedTensors outputs = session.run(signature, taken, Set.of(), Cancellation.NEVER);
            out.println("signature " + signature.name() + " ran on zeros in "
                    + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
            outputs.asMap().forEach((name, tensor) -> out.println("  output " + name + "  " + tensor.describe()));
            return true;
        } catch (ServingException failure) {
            out.println("signature " + signature.name() + " failed on zeros: " + failure.getMessage());
            return false;
        }
    }
}
