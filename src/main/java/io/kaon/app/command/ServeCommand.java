package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.ManagementPort;
import io.kaon.app.config.ServeArguments;
import io.kaon.app.config.TensorflowServingFlag;
import io.kaon.app.server.EngineStart;
import io.kaon.app.server.Framework;
import io.kaon.app.server.KaonServer;
import io.kaon.app.server.StopSignals;
import io.kaon.app.wiring.Wiring;
import io.kaon.config.ServerDefaults;
import io.quarkus.runtime.Quarkus;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `serve`: reads the flags, sets the configuration and hands over to the framework.
///
/// The flags come from [TensorflowServingFlag], not from annotations, so that the table is the only place that knows
/// them.
public final class ServeCommand implements Command {
    private static final String LOCATION = "LOCATION";

    private static final String DRY_RUN = "--dry-run";

    private final Framework framework;
    private final Rehearsal rehearsal;

    /// @param framework under way already
    /// @param rehearsal what is done in place of serving when only that is asked for
    public ServeCommand(Framework framework, Rehearsal rehearsal) {
        this.framework = framework;
        this.rehearsal = rehearsal;
    }

    /// Says what would be served.
    @FunctionalInterface
    public interface Rehearsal {
        /// @return the exit status
        /// @throws RuntimeException as a start would
        int run(PrintWriter out, PrintWriter err);
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("serve");
        spec.usageMessage()
                .description("Serves every model in a folder, or one model.", "")
                .sortOptions(false)
                .footer(
                        "%nHealth and metrics are on the management port: -Dquarkus.management.port=PORT. Kaon's own options are"
                                + " set with -D, too, for example -Dkaon.batch.lanes=4: see docs/options.md.");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(String[].class)
                .paramLabel("[" + LOCATION + "]")
                // So many are taken only to be refused with all of their names.
                .hideParamSyntax(true)
                .description(
                        "Folder of models, each with number-named versions below (default: models); one model; or a"
                                + " single file, such as iris.onnx.")
                .build());
        spec.addOption(PlainCommand.flag(
                DRY_RUN, "Prints what would be served, and where, and ends: nothing is loaded and no port opened."));
        spec.addOption(PlainCommand.property());
        for (TensorflowServingFlag flag : TensorflowServingFlag.ALL) {
            if (!flag.name().equals("version")) {
                spec.addOption(option(flag));
            }
        }
        return spec;
    }

    private static OptionSpec option(TensorflowServingFlag flag) {
        OptionSpec.Builder option = OptionSpec.builder("--" + flag.name())
                .type(String.class)
                .paramLabel(flag.takes().name().toLowerCase(Locale.ROOT))
                .hidden(about(flag).isEmpty())
                .description(about(flag));
        if (flag.takes() == TensorflowServingFlag.Takes.BOOL) {
            option.arity("0..1").fallbackValue("true");
        }
        return option.build();
    }

    /// Flags that change nothing are taken, and not advertised.
    private static String about(TensorflowServingFlag flag) {
        return switch (flag.fate()) {
            case TensorflowServingFlag.Fate.Read(String about) -> about;
            case TensorflowServingFlag.Fate.Sets(String _, String about) -> about;
            case TensorflowServingFlag.Fate.NoEffect _, TensorflowServingFlag.Fate.Refused _ -> "";
        };
    }

    /// @return the exit status, when the server did not start; otherwise the process ends with the server
    @Override
    public int run(ParseResult parsed, List<String> errors, PrintWriter out, PrintWriter err) {
        List<String> locations = new ArrayList<>();
        for (PositionalParamSpec positional : parsed.matchedPositionals()) {
            String[] values = positional.getValue();
            locations.addAll(List.of(values));
        }
        if (locations.size() > 1) {
            errors.add("expected one " + LOCATION + ", got " + locations);
        }
        ServeArguments arguments = ServeArguments.of(
                locations.isEmpty() ? null : locations.getFirst(),
                flags(parsed),
                PlainCommand.properties(parsed),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                Files::isDirectory);
        errors.addAll(arguments.errors());
        arguments.properties().forEach(System::setProperty);
        if (!errors.isEmpty()) {
            errors.addAll(ConfigProblems.now());
            ConfigProblems.print(errors, err);
            return Commands.USAGE;
        }
        arguments.notes().forEach(note -> err.println("note: " + note));
        makeRoom(arguments.properties(), err);
        ConfigProblems.unknownVariables(System.getenv().keySet()).forEach(note -> err.println("note: " + note));
        if (parsed.hasMatchedOption(DRY_RUN)) {
            return rehearse(out, err);
        }
        EngineStart.begin(arguments.properties(), Wiring.engines());
        // Until the server takes over, nothing is under way that would have to be answered.
        StopSignals.handle(() -> Runtime.getRuntime().halt(0));
        try {
            framework.await();
        } catch (IllegalStateException failure) {
            return failed(failure, err);
        }
        Quarkus.run(
                KaonServer.class,
                // The framework would call System.exit from a shutdown hook's point of view; leave at once instead.
                (status, failure) -> Runtime.getRuntime().halt(failure == null ? status : failed(failure, err)));
        return 0;
    }

    private int rehearse(PrintWriter out, PrintWriter err) {
        try {
            return rehearsal.run(out, err);
        } catch (RuntimeException failure) {
            return failed(failure, err);
        }
    }

    /// Where another port was given the management port's place, and nothing says where that one is to be.
    private static void makeRoom(Map<String, String> properties, PrintWriter err) {
        if (!ManagementPort.isWanted(properties, System.getenv())) {
            return;
        }
        Function<String, Optional<String>> options = CommandConfig.configured();
        if (options.apply(ManagementPort.OPTION).isEmpty()) {
            int port = ManagementPort.of(options);
            System.setProperty(ManagementPort.OPTION, Integer.toString(port));
            err.println("note: health and metrics are on port " + port + ", since another has "
                    + ServerDefaults.STANDARD.managementPort() + "; choose one with -D" + ManagementPort.OPTION
                    + "=PORT");
        }
    }

    private static int failed(Throwable failure, PrintWriter err) {
        ConfigProblems.print(ConfigProblems.explain(failure), err);
        return ConfigProblems.isUsage(failure) ? Commands.USAGE : 1;
    }

    private static Map<String, String> flags(ParseResult parsed) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (TensorflowServingFlag flag : TensorflowServingFlag.ALL) {
            String value = parsed.matchedOptionValue("--" + flag.name(), null);
            if (value != null) {
                flags.put(flag.name(), value);
            }
        }
        return flags;
    }
}
