package io.kaon.bench;

import io.kaon.engine.Device;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The arguments of `./kaon bench`.
///
/// @param only the scenarios that are run
/// @param seconds how long each measurement takes
/// @param rounds how often each is repeated
/// @param flame look also where the time goes, in flame graphs
/// @param smoke only look whether everything runs: few measurements, too short to mean anything
/// @param device where the model is computed; on another than the processor, only what is about that is measured
record BenchOptions(Set<Scenario> only, int seconds, int rounds, boolean flame, boolean smoke, Device device) {
    static final String USAGE = """
            usage: ./kaon bench [--only LIST] [--seconds N] [--rounds N] [--flame] [--smoke] [--device cuda]
              --only LIST   comma list of: %s
              --seconds N   how long each measurement takes (4)
              --rounds N    how often each is repeated (5)
              --flame       with rest and grpc, also draw flame graphs; wants Linux on x64
              --smoke       only check that everything runs, in two or three minutes
              --device D    cuda or cuda:N: measures Kaon on that GPU beside a bare loop, and nothing else (cpu)
            """.formatted(Scenario.names());

    /// @throws IllegalArgumentException with a message for the user
    static BenchOptions parse(String... arguments) {
        Set<Scenario> only = EnumSet.allOf(Scenario.class);
        int seconds = 4;
        int rounds = 5;
        boolean flame = false;
        boolean smoke = false;
        Device device = Device.CPU;
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String[] argument = rest.next().split("=", 2);
            switch (argument[0]) {
                case "--only" -> {
                    only = EnumSet.noneOf(Scenario.class);
                    for (String name : value(argument, rest).split(",", -1)) {
                        only.add(scenario(name));
                    }
                }
                case "--seconds" -> seconds = number(argument[0], value(argument, rest));
                case "--rounds" -> rounds = number(argument[0], value(argument, rest));
                case "--flame" -> flame = true;
                case "--smoke" -> smoke = true;
                case "--device" -> device = Device.parse(value(argument, rest));
                default -> throw new IllegalArgumentException("bench knows no " + argument[0] + "\n" + USAGE);
            }
        }
        return smoke
                ? new BenchOptions(only, 1, 1, flame, true, device)
                : new BenchOptions(only, seconds, rounds, flame, false, device);
    }

    /// How long a server is under load before it is measured.
    int warmUpSeconds() {
        return smoke ? 1 : 8;
    }

    private static String value(String[] argument, Iterator<String> rest) {
        if (argument.length == 2) {
            return argument[1];
        }
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(argument[0] + " needs a value\n" + USAGE);
        }
        return rest.next();
    }

    private static Scenario scenario(String name) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("--only: expected some of " + Scenario.names() + ", got " + name));
    }

    private static int number(String name, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new IllegalArgumentException(name + ": expected a number above 0, got " + value);
    }
}
