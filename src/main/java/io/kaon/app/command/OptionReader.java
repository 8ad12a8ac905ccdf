package io.kaon.app.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ParseResult;

/// From the text of options to values. What is wrong is collected, with the option's name, so that all of it is
/// told and not only the first.
public final class OptionReader {
    private final ParseResult parsed;
    private final List<String> problems;

    /// @param problems gets a line for each thing that is wrong
    OptionReader(ParseResult parsed, List<String> problems) {
        this.parsed = parsed;
        this.problems = problems;
    }

    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    <T> Optional<T> one(String option, Function<String, T> reading) {
        String text = parsed.matchedOptionValue(option, null);
        return text == null ? Optional.empty() : read(option, text, reading);
    }

    <T extends Enum<T>> T choice(String option, Class<T> type, T standard) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
        return one(option, text -> Enum.valueOf(type, among(text, names).toUpperCase(Locale.ROOT)))
                .orElse(standard);
    }

    List<String> many(String option) {
        return parsed.matchedOptionValue(option, List.of());
    }

    <T> List<T> each(String option, Function<String, T> reading) {
        return many(option).stream()
                .flatMap(text -> read(option, text, reading).stream())
                .toList();
    }

    /// @param key looks at what stands before the first equals sign
    Map<String, String> pairs(String option, Function<String, String> key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : many(option)) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                problems.add(option + ": expected NAME=VALUE, got \"" + text + "\"");
                continue;
            }
            read(option, text.substring(0, equals), key).ifPresent(name -> {
                if (pairs.put(name, text.substring(equals + 1)) != null) {
                    problems.add(option + ": " + name + " is there twice");
                }
            });
        }
        return pairs;
    }

    <T> Optional<T> read(String option, String text, Function<String, T> reading) {
        try {
            return Optional.of(reading.apply(text));
        } catch (IllegalArgumentException wrong) {
            problems.add(option + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    /// @throws IllegalArgumentException saying what was expected
    public static int number(String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, as for numbers that are out of range.
        }
        throw new IllegalArgumentException("expected a number from 1 to " + most + ", got \"" + text + "\"");
    }

    static String among(String text, List<String> choices) {
        if (!choices.contains(text)) {
            throw new IllegalArgumentException("expected one of " + choices + ", got \"" + text + "\"");
        }
        return text;
    }
}
