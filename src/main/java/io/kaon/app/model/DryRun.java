package io.kaon.app.model;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.terminal.TextTable;
import io.kaon.app.wiring.Wiring;
import io.kaon.config.ServerDefaults;
import io.kaon.engine.Engine;
import io.kaon.lifecycle.watch.ModelSurvey;
import io.kaon.model.FileAdvice;
import io.kaon.storage.Location;
import io.smallrye.config.SmallRyeConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `serve --dry-run`: what a server with these options would load, by which engine, and where it would listen.
/// Looks into the places of the models, and neither loads one nor opens a port.
public final class DryRun {
    private DryRun() {}

    /// @return the exit status: 1 when a model could not be served
    /// @throws RuntimeException as a start would
    public static int run(PrintWriter out, PrintWriter err) {
        Wiring.checkOptions(CommandConfig.options());
        try (CommandModels models = CommandModels.open()) {
            // So that what is wrong with it is told, and ends, as at a start.
            ConfigProblems.refuse(List.of(models::configured));
            ModelSurvey survey = ModelSurvey.of(models.configured(), models.stores(), models.files());
            TextTable table = new TextTable("MODEL", "VERSION", "ENGINE", "LOCATION");
            int problems = 0;
            for (ModelSurvey.Surveyed surveyed : survey.models()) {
                if (surveyed.problem() != null) {
                    err.println("error: " + surveyed.model().name() + ": " + surveyed.problem());
                    problems++;
                }
                for (Map.Entry<Long, Location> version : surveyed.versions().entrySet()) {
                    String name = surveyed.model().name();
                    Optional<String> engine = engine(surveyed, version.getValue(), models);
                    table.row(
                            name,
                            Long.toString(version.getKey()),
                            engine.orElse("none"),
                            version.getValue().toString());
                    if (engine.isEmpty()) {
                        err.println("error: " + name + ": " + unknown(surveyed, version.getValue(), models));
                        problems++;
                    }
                }
            }
            survey.others().forEach(other -> err.println("note: " + other));
            out.print(table);
            out.println();
            out.println(ports(CommandConfig.read()));
            out.flush();
            return problems == 0 ? 0 : 1;
        }
    }

    /// The one that the declaration insists on, or else the first that knows a file.
    private static Optional<String> engine(ModelSurvey.Surveyed surveyed, Location place, CommandModels models) {
        String name = surveyed.model().options().engine().name();
        List<String> files = files(surveyed, place, models);
        return name != null
                ? Optional.of(name)
                : models.engines().stream()
                        .filter(engine -> engine.modelFiles().areAmong(files))
                        .map(Engine::name)
                        .findFirst();
    }

    private static String unknown(ModelSurvey.Surveyed surveyed, Location place, CommandModels models) {
        List<String> files = files(surveyed, place, models);
        return "no engine recognises " + place + ": expected " + models.files() + ", found "
                + (files.isEmpty() ? "no files" : files) + FileAdvice.appended(files);
    }

    private static List<String> files(ModelSurvey.Surveyed surveyed, Location place, CommandModels models) {
        return models.stores()
                .of(place, surveyed.model().options().account())
                .list(place)
                .files();
    }

    private static String ports(SmallRyeConfig options) {
        ServerDefaults defaults = ServerDefaults.STANDARD;
        String rest = options.getOptionalValue("quarkus.http.host-enabled", Boolean.class)
                        .orElse(true)
                ? port(options, "quarkus.http.port", defaults.restPort())
                : "off";
        String grpc = port(options, "kaon.grpc.port", defaults.grpcPort());
        return "REST " + rest + "  gRPC " + (grpc.equals("0") ? "off" : grpc) + "  health and metrics "
                + port(options, "quarkus.management.port", defaults.managementPort());
    }

    private static String port(SmallRyeConfig options, String option, int standard) {
        return options.getOptionalValue(option, String.class).orElse(Integer.toString(standard));
    }
}
