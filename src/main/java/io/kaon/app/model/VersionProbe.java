package io.kaon.app.model;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What is found out about a version by loading it and running each signature on zeros.
///
/// @param engine the name of the one that loaded it
/// @param failures a line for each signature that failed; none for a sound version
record VersionProbe(String engine, Map<String, ModelSignature> signatures, List<String> failures) {
    /// @param name of the model, by which it has options
    /// @throws ServingException when it cannot be loaded
    static VersionProbe of(VersionFiles files, String name, CommandModels models, PrintWriter err) {
        VersionLook look = VersionLook.of(files, models.engines());
        return look.load(models.settings(name), models.stores(), err, loaded -> {
            List<String> failures = new ArrayList<>();
            Map<String, ModelSignature> signatures = loaded.session().signatures();
            signatures.forEach((signature, about) -> {
                if (ZeroRun.of(about, loaded.session()) instanceof ZeroRun.Failed(String why)) {
                    failures.add("signature " + signature + " failed on zeros: " + why);
                }
            });
            return new VersionProbe(look.engine().name(), signatures, failures);
        });
    }

    /// @throws ServingException when a signature failed
    VersionProbe requireSound() {
        if (!failures.isEmpty()) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, String.join("; ", failures));
        }
        return this;
    }
}
