package io.kaon.app.model;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// Looks whether a file of options holds options that there are, with values that they take. Options of the framework
/// (`quarkus.*`) are counted and not looked at: they belong to the framework.
final class OptionsCheck {
    private OptionsCheck() {}

    /// @return the exit status
    static int run(Path file, PrintWriter out, PrintWriter err) {
        Map<String, String> own = new HashMap<>();
        int others = 0;
        for (Map.Entry<Object, Object> option : read(file).entrySet()) {
            if (option.getKey().toString().startsWith("kaon.")) {
                own.put(option.getKey().toString(), option.getValue().toString());
            } else {
                others++;
            }
        }
        try {
            var _ = CommandConfig.only(own);
        } catch (RuntimeException wrong) {
            ConfigProblems.print(ConfigProblems.explain(wrong), err);
            return 1;
        }
        out.println("ok      " + file + "  " + own.size() + " of Kaon's options"
                + (others == 0 ? "" : "; " + others + " others were not looked at"));
        return 0;
    }

    private static Properties read(Path file) {
        Properties options = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            options.load(reader);
            return options;
        } catch (NoSuchFileException _) {
            throw invalid(file + ": there is no such file");
        } catch (IOException | IllegalArgumentException failure) {
            throw invalid(file + " cannot be read as a file of options: " + failure.getMessage());
        }
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
