package io.kaon.app.model;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.terminal.TextTable;
import io.kaon.app.wiring.Wiring;
import io.kaon.config.ServerDefaults;
import io.kaon.engine.Engine;
import io.kaon.lifecycle.watch.ModelSurvey;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.smallrye.config.SmallRyeConfig;
import java.io.PrintWriter;
import java.util.List;

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
                surveyed.versions()
                        .forEach((version, place) -> table.row(
                                surveyed.model().name(),
                                Long.toString(version),
                                engine(surveyed, place, models),
                                place.toString()));
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
    private static String engine(ModelSurvey.Surveyed surveyed, Location place, CommandModels models) {
        String name = surveyed.model().options().engine().name();
        if (name != null) {
            return name;
        }
        Listing found =
                models.stores().of(place, surveyed.model().options().account()).list(place);
        return models.engines().stream()
                .filter(engine -> engine.modelFiles().areAmong(found.files()))
                .map(Engine::name)
                .findFirst()
                .orElse("none: no engine knows its files");
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
