package io.kaon.app.model;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.watch.ModelSurvey;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/// Loads every version that a server with a declaration would load, one after another, and prints a line for
/// each as soon as it is known what is to be said of it.
final class ModelsCheck {
    private final CommandModels models;
    private final PrintWriter out;
    private final PrintWriter err;
    private int sound;
    private int broken;

    ModelsCheck(CommandModels models, PrintWriter out, PrintWriter err) {
        this.models = models;
        this.out = out;
        this.err = err;
    }

    /// @return the exit status: 1 when something is wrong, or there is nothing to check
    int run(DesiredModels.Declaration declaration) {
        ModelSurvey survey = ModelSurvey.of(declaration, models.stores(), models.files());
        survey.others().forEach(other -> err.println("note: " + other));
        survey.models().forEach(this::check);
        out.println(sound + (sound == 1 ? " version is" : " versions are") + " sound, " + broken
                + (broken == 1 ? " is not" : " are not"));
        return broken == 0 && sound > 0 ? 0 : 1;
    }

    private void check(ModelSurvey.Surveyed surveyed) {
        String name = surveyed.model().name();
        if (surveyed.problem() != null) {
            failed(name, surveyed.problem());
        }
        surveyed.versions().forEach((version, place) -> check(surveyed, name + "/" + version, place));
    }

    private void check(ModelSurvey.Surveyed surveyed, String name, Location place) {
        DesiredModel model = surveyed.model();
        try (VersionFiles files =
                VersionFiles.open(models.stores().of(place, model.options().account()), place, models.engines(), err)) {
            VersionProbe probe =
                    VersionProbe.of(files, model.name(), models, err).requireSound();
            sound++;
            out.println("ok      " + name + "  " + probe.engine());
        } catch (ServingException failure) {
            failed(name, failure.getMessage());
        }
        out.flush();
    }

    private void failed(String name, @Nullable String why) {
        broken++;
        out.println("FAILED  " + name + "  " + why);
    }
}
