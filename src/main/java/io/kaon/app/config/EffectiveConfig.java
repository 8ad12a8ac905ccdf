package io.kaon.app.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The options as they hold, for operators who ask for them: each of Kaon's, and those of the framework that were set,
/// with where each value comes from. Values of secrets are masked.
public final class EffectiveConfig {
    private static final String OURS = "kaon.";
    private static final String FRAMEWORK = "quarkus.";
    private static final String DEFAULT = "default";
    private static final String MASKED = "***";

    /// What the name of an option ends with whose value is not to be seen.
    private static final Set<String> SECRETS = Set.of(
            "password",
            "passwords",
            "passphrase",
            "secret",
            "secrets",
            "token",
            "tokens",
            "key",
            "credential",
            "credentials");

    /// The same, for what names a key and is half of it.
    private static final Set<String> KEY_IDS = Set.of("key-id", "key_id", "key.id");

    /// Part of names of options that hold the path of a file with a key, not a key.
    private static final String PATHS = ".pem.";

    private static final String FILE = "[source=file:";

    private EffectiveConfig() {}

    /// A line for each option, sorted by name, such as `kaon.batch.lanes = 4  (environment)`.
    public static String of(SmallRyeConfig config) {
        StringBuilder lines = new StringBuilder();
        for (String name : names(config)) {
            ConfigValue value = config.getConfigValue(name);
            String from = from(value);
            if (name.startsWith(OURS) || !from.equals(DEFAULT)) {
                lines.append(name).append(" = ").append(shown(name, value.getValue() == null ? "" : value.getValue()));
                lines.append("  (").append(from).append(")\n");
            }
        }
        return lines.toString();
    }

    /// Those that are known, and those that are set: what is named after a model is known only when it is set.
    private static SortedSet<String> names(SmallRyeConfig config) {
        SortedSet<String> names = new TreeSet<>();
        for (String option : ConfigProblems.options()) {
            if (!option.contains("*")) {
                names.add(option);
            }
        }
        for (String name : config.getPropertyNames()) {
            if (name.startsWith(OURS) || name.startsWith(FRAMEWORK)) {
                names.add(name);
            }
        }
        return names;
    }

    private static String from(ConfigValue value) {
        String source = value.getConfigSourceName() == null ? "" : value.getConfigSourceName();
        int file = source.indexOf(FILE);
        if (file >= 0) {
            return "file " + source.substring(file + FILE.length(), source.length() - 1);
        }
        return switch (source) {
            case "SysPropConfigSource" -> "command line";
            case "EnvConfigSource" -> "environment";
            // What is built in, by the framework or by us.
            default -> DEFAULT;
        };
    }

    private static String shown(String name, String value) {
        return isSecret(name) && !value.isEmpty()
                ? MASKED
                : value.replace("\n", "\\n").replace("\r", "\\r");
    }

    private static boolean isSecret(String name) {
        String whole = name.toLowerCase(Locale.ROOT).replaceAll("(\\[[0-9]+]|[^a-z0-9])+$", "");
        return (SECRETS.contains(whole.replaceAll(".*[^a-z0-9]", ""))
                        || KEY_IDS.contains(whole.replaceAll(".*key", "key")))
                && !name.contains(PATHS);
    }
}
