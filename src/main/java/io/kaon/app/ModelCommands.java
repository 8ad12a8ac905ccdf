package io.kaon.app;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.storage.ByteSize;
import io.kaon.storage.ModelStores;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.TensorSpec;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `check` and `inspect`: look at one model on the plain core, without servers.
final class ModelCommands {
    private ModelCommands() {}

    /// Prints the signatures.
    static Command inspect() {
        return command("Prints a model's signatures.", (_, session, out) -> {
            printSignatures(session, out);
            return 0;
        });
    }

    /// Prints the signatures and runs each once on zeros. The exit status is 1 when a run failed.
    static Command check() {
        return command("Loads a model, runs it once on zeros and says what it found.", (loadTime, session, out) -> {
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
    interface Look {
        /// @return the exit status
        int at(Duration loadTime, EngineSession session, PrintWriter out);
    }

    private static Command command(String about, Look look) {
        return new PlainCommand(
                about,
                List.of(PlainCommand.Argument.needed(
                        "LOCATION",
                        "A version's directory, or a model's: then its newest version. A path, or a location with a"
                                + " scheme.")),
                (arguments, out, err) -> {
                    try (ModelStores stores = StoreChoice.stores();
                            VersionFiles files =
                                    VersionFiles.open(stores, arguments.getFirst(), Wiring.engines(), err)) {
                        return run(files, stores, look, out, err);
                    }
                });
    }

    private static int at(InspectedModel inspected, VersionFiles files, Look look, long began, PrintWriter out) {
        try (EngineSession session = inspected.load(files.path(), EngineSettings.defaults())) {
            return look.at(Duration.ofNanos(System.nanoTime() - began), session, out);
        } catch (ServingException failure) {
            throw files.ofOriginal(failure);
        }
    }

    private static int run(VersionFiles files, ModelStores stores, Look look, PrintWriter out, PrintWriter err) {
        Engine engine = Wiring.engines().stream()
                .filter(candidate -> candidate.recognises(files.path()))
                .findFirst()
                .orElseThrow(() -> new ServingException(
                        ErrorKind.UNSUPPORTED, "no engine recognises " + files.version() + " any more"));
        out.println(files.version() + ": " + engine.name());
        long began = System.nanoTime();
        try {
            InspectedModel inspected = engine.inspect(files.path());
            if (!inspected.keepsReading()) {
                return at(inspected, files, look, began, out);
            }
            try (VersionFiles whole = files.withoutLinks(stores, err)) {
                return at(inspected, whole, look, began, out);
            }
        } catch (ServingException failure) {
            throw files.ofOriginal(failure);
        }
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
