package io.kaon.app.model;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.engine.EngineSession;
import io.kaon.tensor.TensorSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// `inspect`: prints a model's signatures.
public final class InspectCommand {
    private InspectCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Prints a model's signatures.",
                List.of(PlainCommand.Argument.needed("LOCATION", CheckCommand.LOCATION)),
                (given, out, err) -> {
                    try (CommandModels models = CommandModels.open();
                            VersionFiles files = VersionFiles.open(
                                    models.stores(), given.arguments().getFirst(), models.engines(), err)) {
                        VersionLook look = VersionLook.of(files, models.engines());
                        printPlace(files, look, out);
                        return look.load(
                                models.settings(models.nameOf(files.version())), models.stores(), err, loaded -> {
                                    printDevice(loaded.session(), out);
                                    printSignatures(loaded.session(), out);
                                    return 0;
                                });
                    }
                });
    }

    static void printPlace(VersionFiles files, VersionLook look, PrintWriter out) {
        out.println(files.version() + ": " + look.engine().name());
    }

    static void printDevice(EngineSession session, PrintWriter out) {
        out.println("device " + session.device() + (session.notice() == null ? "" : "  " + session.notice()));
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
