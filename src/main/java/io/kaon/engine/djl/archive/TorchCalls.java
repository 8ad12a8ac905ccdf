package io.kaon.engine.djl.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which methods and functions of printed code call which, and which of them set attributes. Those of one name
/// are taken for one: so more may seem to be called than is, and never less.
final class TorchCalls {
    private static final Pattern METHOD = Pattern.compile("^ *def (\\w+)");
    private static final Pattern CALL = Pattern.compile("\\.(\\w+)\\(");

    /// `self.count = …`
    private static final Pattern ASSIGNMENT = Pattern.compile("^ +[\\w.]+\\.\\w+ = ");

    /// Sets the attributes of an object that did not exist before.
    private static final String CONSTRUCTOR = "__init__";

    private final Map<String, Set<String>> calls = new HashMap<>();
    private final Set<String> assigning = new HashSet<>();

    /// @param code without texts and comments
    void read(String code) {
        String method = "";
        for (String line : code.lines().toList()) {
            Matcher begins = METHOD.matcher(line);
            method = begins.find() ? begins.group(1) : method;
            Matcher call = CALL.matcher(line);
            while (call.find()) {
                calls.computeIfAbsent(method, _ -> new HashSet<>()).add(call.group(1));
            }
            if (ASSIGNMENT.matcher(line).find() && !method.equals(CONSTRUCTOR)) {
                assigning.add(method);
            }
        }
    }

    /// Whether that method, or what it calls, sets an attribute.
    boolean assign(String method) {
        Set<String> seen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(Set.of(method));
        while (!left.isEmpty()) {
            String next = left.pop();
            if (seen.add(next)) {
                left.addAll(calls.getOrDefault(next, Set.of()));
            }
        }
        return seen.stream().anyMatch(assigning::contains);
    }
}
