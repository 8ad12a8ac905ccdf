package io.kaon.app.model;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.engine.EngineSession;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ErrorKind;
import io.kaon.model.FileAdvice;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `check`: loads what a server would load and runs it once on zeros: one version, all that a folder or the options
/// declare, or what a file of configuration says. The exit status is 1 when something is wrong with any of it.
public final class CheckCommand {
    static final String LOCATION = "A version's directory, or a model's: then its newest version. A path, or a location"
            + " with a scheme; or a single file, such as iris.onnx.";
    private static final String ALL = "--all";

    private CheckCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Loads a model, runs it once on zeros and says what it found.",
                List.of(PlainCommand.Argument.optional(
                        "LOCATION",
                        LOCATION + " Also a model configuration (models.config) or a file of options"
                                + " (application.properties).")),
                List.of(PlainCommand.flag(
                        ALL,
                        "Checks every model that a server would load: from the folder LOCATION, or without one from"
                                + " what the options name.")),
                CheckCommand::run);
    }

    private static int run(PlainCommand.Given given, PrintWriter out, PrintWriter err) {
        List<String> arguments = given.arguments();
        if (arguments.isEmpty() && !given.has(ALL)) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST, "expected LOCATION, or " + ALL + " for every model, got nothing");
        }
        if (!arguments.isEmpty() && arguments.getFirst().endsWith(".properties") && !given.has(ALL)) {
            return OptionsCheck.run(Path.of(arguments.getFirst()), out, err);
        }
        try (CommandModels models = CommandModels.open()) {
            if (given.has(ALL)) {
                return new ModelsCheck(models, out, err)
                        .run(arguments.isEmpty() ? models.configured() : models.in(arguments.getFirst()));
            }
            String place = arguments.getFirst();
            return isConfiguration(place, models)
                    ? new ModelsCheck(models, out, err).run(ofFile(place, models))
                    : one(place, models, out, err);
        }
    }

    private static DesiredModels.Declaration ofFile(String place, CommandModels models) {
        try {
            return models.ofFile(Path.of(place));
        } catch (ServingException invalid) {
            throw new ServingException(
                    invalid.kind(),
                    invalid.getMessage() + "; expected a model configuration, since " + place
                            + " is no model: those are " + models.files(),
                    invalid);
        }
    }

    /// Whether it is a file that is neither a model nor something that people take for one.
    private static boolean isConfiguration(String place, CommandModels models) {
        Path name = Location.hasScheme(place) ? null : Path.of(place).getFileName();
        return name != null
                && models.files().nameOfSingle(name.toString()).isEmpty()
                && !models.files().match(name.toString())
                && FileAdvice.about(List.of(name.toString())).isEmpty()
                && Files.isRegularFile(Path.of(place));
    }

    private static int one(String place, CommandModels models, PrintWriter out, PrintWriter err) {
        try (VersionFiles files = VersionFiles.open(models.stores(), place, models.engines(), err)) {
            VersionLook look = VersionLook.of(files, models.engines());
            InspectCommand.printPlace(files, look, out);
            return look.load(models.settings(models.nameOf(files.version())), models.stores(), err, loaded -> {
                InspectCommand.printDevice(loaded.session(), out);
                out.println("loaded in " + loaded.loadTime().toMillis() + " ms");
                InspectCommand.printSignatures(loaded.session(), out);
                return runAll(loaded.session(), out) ? 0 : 1;
            });
        }
    }

    /// @return whether no run failed
    private static boolean runAll(EngineSession session, PrintWriter out) {
        boolean[] sound = {true};
        session.signatures().values().stream()
                .filter(signature -> signature.traits().refusal() == null)
                .forEach(signature -> {
                    String name = "signature " + signature.name();
                    switch (ZeroRun.of(signature, session)) {
                        case ZeroRun.Skipped(String why) -> out.println(name + " was not run: " + why);
                        case ZeroRun.Failed(String why) -> {
                            out.println(name + " failed on zeros: " + why);
                            sound[0] = false;
                        }
                        case ZeroRun.Ran ran -> {
                            out.println(name + " ran on zeros in " + ran.time().toMillis() + " ms");
                            ran.outputs()
                                    .asMap()
                                    .forEach((output, tensor) ->
                                            out.println("  output " + output + "  " + tensor.describe()));
                        }
                    }
                });
        return sound[0];
    }
}
