package io.kaon.app.config;

import io.kaon.model.FileAccess;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// A file that an option names, such as a certificate, and that cannot be read: the system's exception has its path,
/// and neither the reason in words nor the option.
record FileProblem(String file, Optional<String> option, String reason) {
    /// @param failure that names its file
    static FileProblem of(FileSystemException failure) {
        String file = String.valueOf(failure.getFile());
        return new FileProblem(file, option(file), FileAccess.words(failure));
    }

    /// Such as `quarkus.tls.k.key-store.pem.a.cert=/tls/tls.crt: there is no such file: …`.
    String line() {
        return option.map(name -> name + "=").orElse("") + file + ": " + reason
                + (option.isPresent() ? ": expected a file that the server may read" : "");
    }

    /// The option whose value is that file; of several the first.
    private static Optional<String> option(String file) {
        Config config = ConfigProvider.getConfig();
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("quarkus.") || name.startsWith("kaon."))
                .sorted()
                .filter(name -> config.getOptionalValue(name, String.class)
                        .filter(file::equals)
                        .isPresent())
                .findFirst();
    }
}
