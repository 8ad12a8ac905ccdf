package io.kaon.app.config;

import io.kaon.model.ErrorKind;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import io.quarkus.runtime.QuarkusBindException;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/// Turns what is wrong with the configuration into lines for people: every problem at once, each naming the option, and
/// the nearest known one where it is unknown.
public final class ConfigProblems {
    /// How the configuration library says that an option does not exist.
    private static final Pattern UNKNOWN = Pattern.compile("SRCFG00050: (\\S+) .*");

    /// How it says that a value is not of the option's type.
    private static final Pattern MALFORMED = Pattern.compile(
            ".*SRCFG00039: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being"
                    + " converted (?:SRCFG\\d+: )?(.*)",
            Pattern.DOTALL);

    /// How it says that the value is none of a list.
    private static final Pattern NO_CHOICE =
            Pattern.compile("Cannot convert .* to enum class \\S+, allowed values: (.*)", Pattern.DOTALL);

    /// How it says that an option is set to nothing.
    private static final Pattern EMPTY = Pattern.compile(
            ".*SRCFG00040: The config property (\\S+) is defined as the empty String.*", Pattern.DOTALL);

    /// How it says that a file of options is not what such a file looks like.
    private static final Pattern UNREADABLE = Pattern.compile("SRCFG00018: (.*)");

    /// Variables of the launcher, and those that Kubernetes sets for a service that is called `kaon`.
    private static final Pattern OTHERS =
            Pattern.compile("KAON_(MODELS|JAVA_OPTS|MAVEN_OPTS|SERVICE_(HOST|PORT.*)|PORT(_[0-9].*)?)");

    private static final String ALL = "docs/options.md has all options";

    private ConfigProblems() {}

    /// What is wrong with the options as they are set now.
    public static List<String> now() {
        try {
            SmallRyeConfig _ = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .addDefaultSources()
                    .addDiscoveredSources()
                    .addDiscoveredConverters()
                    .withMapping(ServerConfig.class)
                    .build();
            return List.of();
        } catch (ConfigValidationException | IllegalArgumentException invalid) {
            return explain(invalid);
        }
    }

    /// The lines for a failure to start; a failure that is not about configuration gives its message.
    public static List<String> explain(Throwable failure) {
        ConfigValidationException invalid = find(failure, ConfigValidationException.class);
        if (invalid == null) {
            return other(failure).lines().toList();
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < invalid.getProblemCount(); i++) {
            lines.add(line(invalid.getProblem(i).getMessage()));
        }
        return lines;
    }

    /// Looks at everything, then refuses all that was wrong at once.
    ///
    /// @param looks throw a [ServingException], or an [IllegalArgumentException], that says what is wrong
    /// @throws ServingException of the first problem's kind, with a line for each
    public static void refuse(List<Runnable> looks) {
        Map<String, ErrorKind> problems = new LinkedHashMap<>();
        for (Runnable look : looks) {
            try {
                look.run();
            } catch (RuntimeException failure) {
                ServingException told = find(failure, ServingException.class);
                IllegalArgumentException wrong = find(failure, IllegalArgumentException.class);
                if (told != null) {
                    problems.putIfAbsent(told.getMessage(), told.kind());
                } else if (wrong != null) {
                    problems.putIfAbsent(String.valueOf(wrong.getMessage()), ErrorKind.INVALID_REQUEST);
                } else {
                    throw failure;
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ServingException(problems.values().iterator().next(), String.join("\n", problems.keySet()));
        }
    }

    /// Whether the failure to start is about what the caller wrote, and not about the world.
    public static boolean isUsage(Throwable failure) {
        ServingException told = find(failure, ServingException.class);
        FileSystemException file = find(failure, FileSystemException.class);
        return find(failure, ConfigValidationException.class) != null
                || (file != null
                        && file.getFile() != null
                        && FileProblem.of(file).option().isPresent())
                || (told != null && told.kind() == ErrorKind.INVALID_REQUEST);
    }

    /// Lines about variables of the environment that look like options and are none. They are not errors: a variable is
    /// not always there because it was meant for this server.
    public static List<String> unknownVariables(Set<String> environment) {
        List<String> suspects = environment.stream()
                .filter(name -> name.startsWith("KAON_"))
                .filter(name -> !OTHERS.matcher(name).matches())
                .sorted()
                .toList();
        if (suspects.isEmpty()) {
            return List.of();
        }
        Set<String> known = options().stream().map(ConfigProblems::variable).collect(Collectors.toSet());
        // What follows them names a model.
        List<String> open = options().stream()
                .filter(name -> name.contains("*"))
                .map(name -> variable(name.substring(0, name.indexOf('*'))))
                .distinct()
                .toList();
        return suspects.stream()
                .filter(name -> !known.contains(name))
                .filter(name -> open.stream().noneMatch(name::startsWith))
                .map(name -> "the variable " + name + " sets no option" + Nearest.question("KAON_", name, known, ALL))
                .toList();
    }

    /// Kaon's own; `*` stands for the name of a model, `[*]` for a place in a list.
    static Set<String> options() {
        return ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(ServerConfig.class))
                .keySet();
    }

    /// The variable that sets an option.
    static String variable(String option) {
        return option.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    public static void print(List<String> problems, PrintWriter err) {
        problems.forEach(problem -> err.println("error: " + problem));
    }

    private static String line(String message) {
        Matcher malformed = MALFORMED.matcher(message);
        if (malformed.matches()) {
            return malformed.group(1) + "=" + malformed.group(2) + ": "
                    + NO_CHOICE.matcher(malformed.group(3)).replaceFirst("expected one of $1");
        }
        Matcher empty = EMPTY.matcher(message);
        if (empty.matches()) {
            return empty.group(1) + ": expected a value, got nothing";
        }
        Matcher unknown = UNKNOWN.matcher(message);
        if (!unknown.matches()) {
            return message;
        }
        String name = unknown.group(1);
        return "unknown option " + name + Nearest.question("kaon.", name, options(), ALL);
    }

    /// A failure that is not about an option's name or type.
    private static String other(Throwable failure) {
        ServingException told = find(failure, ServingException.class);
        if (told != null) {
            return String.valueOf(told.getMessage());
        }
        BindException occupied = find(failure, BindException.class);
        if (occupied != null) {
            // The gRPC port says so itself. The framework tells its two apart by the class alone.
            return occupied instanceof QuarkusBindException
                    ? cannotOpen("REST", setting("quarkus.http.port"), "--rest_api_port", root(occupied))
                    : cannotOpen(
                            "management",
                            setting("quarkus.management.port"),
                            "-Dquarkus.management.port",
                            root(occupied));
        }
        FileSystemException file = find(failure, FileSystemException.class);
        if (file != null && file.getFile() != null) {
            return FileProblem.of(file).line();
        }
        Throwable root = root(failure);
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        Matcher unreadable = UNREADABLE.matcher(message);
        return unreadable.matches()
                ? "config/application.properties, or another file of options, cannot be read: " + unreadable.group(1)
                : message;
    }

    /// The message for a port that is taken.
    ///
    /// @param flag what sets the port
    public static String cannotOpen(String name, String port, String flag, Throwable reason) {
        return "the " + name + " port " + port + " cannot be opened: " + reasonOf(reason) + "; choose another with "
                + flag + "=PORT";
    }

    /// The framework's own message repeats the port; what the system said comes last in it.
    private static String reasonOf(Throwable reason) {
        if (find(reason, UnresolvedAddressException.class) != null) {
            return "its host is unknown";
        }
        String message = String.valueOf(root(reason).getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getOptionalValue(name, String.class).orElse("of " + name);
    }

    private static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.isInstance(cause)) {
                return wanted.cast(cause);
            }
        }
        return null;
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
