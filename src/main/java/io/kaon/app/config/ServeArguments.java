package io.kaon.app.config;

import io.kaon.app.config.TensorflowServingFlag.Fate;
import io.kaon.app.config.TensorflowServingFlag.Takes;
import io.kaon.config.OptionRanges;
import io.kaon.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What `serve` was asked to do, turned into configuration properties: a pure function of the arguments and the
/// environment. TensorFlow Serving's flags and its image's variables mean here what they mean there.
///
/// @param properties name to value, stronger than any other source
/// @param notes lines for people about flags that have no effect
/// @param errors lines for people; when there are any, nothing is started
public record ServeArguments(Map<String, String> properties, List<String> notes, List<String> errors) {

    /// @param location the positional argument; null when there is none
    /// @param flags TensorFlow Serving's flags that were given, by name
    /// @param properties what `-D` gave
    /// @param environment the process's
    /// @param directory what relative paths are relative to
    /// @param isDirectory looks at this machine
    public static ServeArguments of(
            @Nullable String location,
            Map<String, String> flags,
            Map<String, String> properties,
            Map<String, String> environment,
            Path directory,
            Predicate<Path> isDirectory) {
        ServeArguments result =
                new ServeArguments(new LinkedHashMap<>(properties), new ArrayList<>(), new ArrayList<>());
        flags.forEach(result::weigh);
        result.ports(flags);
        result.times(flags);
        result.threads(flags);
        result.models(location, flags, environment, directory, isDirectory);
        result.modelConfig(location, flags, directory);
        result.file("kaon.tfs.monitoring-config", flags.get("monitoring_config_file"), directory);
        result.batching(flags, directory);
        result.file("kaon.grpc.ssl-config", flags.get("ssl_config_file"), directory);
        return result;
    }

    /// Checks the kind of the value, and gives the flags that the command line does not read their fate.
    private void weigh(String name, String value) {
        TensorflowServingFlag flag = TensorflowServingFlag.named(name).orElseThrow();
        String expected = expected(flag.takes(), value);
        if (expected != null) {
            errors.add("--" + name + ": expected " + expected + ", got \"" + value + "\"");
        } else {
            switch (flag.fate()) {
                case Fate.Read(String _) -> {}
                case Fate.Sets(String property, String _) -> properties.put(property, value);
                case Fate.NoEffect(String why) -> {
                    if (!value.equals(flag.standard())) {
                        notes.add("--" + name + "=" + value + " has no effect: " + why);
                    }
                }
                case Fate.Refused(String why) -> {
                    if (!value.equals(flag.standard())) {
                        errors.add("--" + name + "=" + value + ": " + why);
                    }
                }
            }
        }
    }

    private void ports(Map<String, String> flags) {
        for (String name : List.of("port", "rest_api_port")) {
            String port = flags.get(name);
            if (port != null && expected(Takes.NUMBER, port) == null && !isPort(port)) {
                errors.add("--" + name + ": expected a port from 0 to " + OptionRanges.LARGEST_PORT + ", got " + port);
            }
        }
        String grpc = flags.get("port");
        if (grpc != null && expected(Takes.NUMBER, grpc) == null) {
            properties.put("kaon.grpc.port", grpc);
        }
        String rest = flags.get("rest_api_port");
        if ("0".equals(rest)) {
            properties.put("quarkus.http.host-enabled", "false");
            if ("0".equals(grpc)) {
                errors.add("--port=0 and --rest_api_port=0: both ports are off, so nothing could be served");
            }
        } else if (rest != null && expected(Takes.NUMBER, rest) == null) {
            properties.put("quarkus.http.port", rest);
        }
    }

    private static boolean isPort(String number) {
        long port = Long.parseLong(number);
        return port >= 0 && port <= OptionRanges.LARGEST_PORT;
    }

    private void times(Map<String, String> flags) {
        String timeout = flags.get("rest_api_timeout_in_ms");
        if (timeout != null) {
            properties.put("kaon.rest.timeout", timeout + "ms");
        }
        String poll = flags.get("file_system_poll_wait_seconds");
        if (poll != null) {
            properties.put("kaon.poll-interval", poll + "s");
        }
    }

    private void modelConfig(@Nullable String location, Map<String, String> flags, Path directory) {
        String file = flags.getOrDefault("model_config_file", "");
        file("kaon.model-config.file", file, directory);
        if (!file.isEmpty() && location != null) {
            errors.add("\"" + location + "\" and --model_config_file=" + file + ": expected one of the two");
        }
        String poll = flags.get("model_config_file_poll_wait_seconds");
        if (poll != null) {
            properties.put("kaon.model-config.poll-interval", poll + "s");
        }
    }

    private void file(String property, @Nullable String file, Path directory) {
        if (file != null && !file.isEmpty()) {
            properties.put(property, directory.resolve(file).normalize().toString());
        }
    }

    /// As in TensorFlow Serving, parameters without batching are a mistake.
    private void batching(Map<String, String> flags, Path directory) {
        String file = flags.getOrDefault("batching_parameters_file", "");
        if (!file.isEmpty() && !"true".equals(flags.get("enable_batching"))) {
            errors.add("--batching_parameters_file=" + file + ": expected --enable_batching=true with it");
        }
        file("kaon.batch.parameters-file", file, directory);
        String switched = flags.get("enable_batching");
        if (switched != null) {
            properties.put("kaon.batch.merge", switched.equals("true") ? "on" : "off");
        }
    }

    private void threads(Map<String, String> flags) {
        // 0 leaves the choice to the server, here as in TensorFlow Serving.
        String both = flags.getOrDefault("tensorflow_session_parallelism", "0");
        putUnlessZero("kaon.engine.intra-op-threads", both);
        putUnlessZero("kaon.engine.inter-op-threads", both);
        putUnlessZero("kaon.engine.intra-op-threads", flags.get("tensorflow_intra_op_parallelism"));
        putUnlessZero("kaon.engine.inter-op-threads", flags.get("tensorflow_inter_op_parallelism"));
        putUnlessZero("kaon.load.threads", flags.get("num_load_threads"));
    }

    private void putUnlessZero(String property, @Nullable String value) {
        if (value != null && !value.equals("0")) {
            properties.put(property, value);
        }
    }

    private void models(
            @Nullable String location,
            Map<String, String> flags,
            Map<String, String> environment,
            Path directory,
            Predicate<Path> isDirectory) {
        String name = flags.get("model_name");
        String base = flags.get("model_base_path");
        // A variable that is set to nothing is one that is not set.
        String imageName = environment.getOrDefault("MODEL_NAME", "");
        String imageFolder = environment.getOrDefault("MODEL_BASE_PATH", "");
        if (location != null && location.isBlank()) {
            errors.add("expected a folder of models, got \"" + location + "\": leave it out for `models`");
        } else if (base != null
                && base.isBlank()
                && flags.getOrDefault("model_config_file", "").isEmpty()) {
            errors.add("--model_base_path: expected a model's directory, got nothing");
        } else if (location != null && base != null) {
            errors.add("\"" + location + "\" and --model_base_path=" + base + ": expected one of the two");
        } else if (base != null) {
            String image = imageName.isEmpty() ? "default" : imageName;
            single(name == null ? image : name, absolute(base, directory));
        } else if (location != null && name != null) {
            errors.add("\"" + location + "\" and --model_name=" + name + ": expected --model_base_path=" + location
                    + " with the name of one model, or the folder alone");
        } else if (name != null || !imageName.isEmpty()) {
            String only = name == null ? imageName : name;
            String imageDefault = imageFolder.isEmpty() ? "/models" : imageFolder;
            String folder = absolute(location == null ? imageDefault : location, directory);
            String below = folder.equals("/") ? folder : folder + "/";
            single(only, below + (imageName.isEmpty() ? only : imageName));
            if (imageName.isEmpty() && !Location.hasScheme(folder)) {
                imageDirectory(Path.of(below), only, isDirectory);
            }
        } else if (location != null) {
            properties.put("kaon.models", absolute(location, directory));
        } else if (!imageFolder.isEmpty()) {
            properties.put("kaon.models", absolute(imageFolder, directory));
        }
    }

    /// TensorFlow Serving's image looks there whatever the flag calls the model.
    private void imageDirectory(Path folder, String name, Predicate<Path> isDirectory) {
        Path image = folder.resolve("model");
        if (!isDirectory.test(folder.resolve(name)) && isDirectory.test(image)) {
            properties.put("kaon.model.base-path", image.toString());
        }
    }

    private void single(String name, String base) {
        if (name.isEmpty()) {
            errors.add("--model_name: expected a name, got nothing");
            return;
        }
        properties.put("kaon.model.name", name);
        properties.put("kaon.model.base-path", base);
    }

    private static String absolute(String text, Path directory) {
        String path = Location.hasScheme(text)
                ? text
                : directory.resolve(text).normalize().toString();
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// What the flag takes, if the value is something else.
    private static @Nullable String expected(Takes takes, String value) {
        return switch (takes) {
            case TEXT -> null;
            case NUMBER -> value.matches("-?[0-9]{1,18}") ? null : "a number";
            case FRACTION -> value.matches("-?[0-9]{1,18}(\\.[0-9]+)?") ? null : "a number";
            case BOOL -> value.equals("true") || value.equals("false") ? null : "true or false";
        };
    }
}
