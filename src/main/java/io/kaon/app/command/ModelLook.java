package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.DeclaredOptions;
import io.kaon.app.config.ModelSource;
import io.kaon.app.wiring.Wiring;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.tensor.TensorSpec;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What commands have in common that look at one model on the plain core, without servers.
final class ModelLook {
    private ModelLook() {}

    @FunctionalInterface
    interface Look {
        /// @return the exit status
        int at(Duration loadTime, EngineSession session, PrintWriter out);
    }

    static Command command(String about, Look look) {
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
        try (EngineSession session = inspected.load(files.path(), settings(files.version()))) {
            Duration loadTime = Duration.ofNanos(System.nanoTime() - began);
            out.println("device " + session.device() + (session.notice() == null ? "" : "  " + session.notice()));
            return look.at(loadTime, session, out);
        } catch (ServingException failure) {
            throw files.ofOriginal(failure);
        }
    }

    /// As a server with the same options loads it, but for what it measures: one thread shares an operator.
    private static EngineSettings settings(Location version) {
        return DeclaredOptions.of(CommandConfig.options(), 1)
                .of(model(version))
                .engine()
                .settings();
    }

    /// The name under which a server would serve it from the folder that it stands in.
    private static String model(Location version) {
        List<String> names = List.of(version.path().split("/"));
        boolean isNumbered = names.size() > 1 && ModelSource.isVersion(names.getLast());
        return names.get(names.size() - (isNumbered ? 2 : 1));
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

    /// A line for each signature, input and output.
    static void printSignatures(EngineSession session, PrintWriter out) {
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
}
