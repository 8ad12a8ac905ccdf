package io.kaon.engine.djl.archive;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Refuses code that is nested so deeply that libtorch ends the process over it. libtorch parses, compiles and inlines
/// by recursion, on the stack of the thread that loads or runs: 1 MB, which three hundred levels of brackets, blocks or
/// calls use up. What people export has some tens.
///
/// Two depths are bounded. That of a statement: its blocks, its brackets, and what is chained between two commas.
/// And that of calls: a class or function is deeper than all that its text names, by the calls between its own methods.
final class CodeDepth {
    /// With as much of either, libtorch stays well below what a thread has.
    static final int MOST = 100;

    private static final Pattern TOP = Pattern.compile("^(?:class|def) (\\w+)");
    private static final Pattern METHOD = Pattern.compile("^  def (\\w+)");
    private static final Pattern NAMED = Pattern.compile("__torch__(?:\\.\\w+)+");
    private static final Pattern CALLED = Pattern.compile("\\.(\\w+)\\(");
    private static final Pattern WORD = Pattern.compile("(?:not|and|or|if|else|in|is|lambda|await)\\b");

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Integer> known = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    /// A class or a function.
    ///
    /// @param text without what stands in quotes
    private record Part(String text) {
        /// Calls between its own methods that may follow each other, and itself.
        int own() {
            Map<String, String> methods = new LinkedHashMap<>();
            String current = "";
            for (String line : text.split("\n", -1)) {
                Matcher method = METHOD.matcher(line);
                current = method.find() ? method.group(1) : current;
                methods.merge(current, line, (before, more) -> before + "\n" + more);
            }
            methods.remove("");
            Map<String, Integer> lengths = new HashMap<>();
            int longest = 1;
            for (String method : methods.keySet()) {
                longest = Math.max(longest, length(method, methods, lengths, 1));
            }
            return longest;
        }

        private static int length(String method, Map<String, String> methods, Map<String, Integer> lengths, int level) {
            Integer before = lengths.get(method);
            if (before != null || level > MOST) {
                return before == null ? MOST : before;
            }
            // Methods cannot call themselves; those of the same name are others'.
            lengths.put(method, 1);
            int longest = 1;
            Matcher called = CALLED.matcher(methods.get(method));
            while (called.find()) {
                String name = called.group(1);
                if (!name.equals(method) && methods.containsKey(name)) {
                    longest = Math.max(longest, 1 + length(name, methods, lengths, level + 1));
                }
            }
            lengths.put(method, longest);
            return longest;
        }
    }

    /// @param blanked code by its entries
    private CodeDepth(Map<String, String> blanked) {
        blanked.forEach((entry, code) -> {
            String module = entry.substring(0, entry.length() - ".py".length()).replace('/', '.');
            String name = "";
            List<String> lines = new ArrayList<>();
            for (String line : code.split("\n", -1)) {
                Matcher top = TOP.matcher(line);
                if (top.find()) {
                    put(name, lines);
                    name = module + "." + top.group(1);
                    lines.clear();
                }
                lines.add(line);
            }
            put(name, lines);
        });
    }

    private void put(String name, Collection<String> lines) {
        if (!name.isEmpty()) {
            parts.put(name, new Part(String.join("\n", lines)));
        }
    }

    /// @param sources by their entries
    /// @throws ServingException UNSUPPORTED, naming where
    static void check(Map<String, String> sources) {
        Map<String, String> blanked = new LinkedHashMap<>();
        sources.forEach((entry, source) -> blanked.put(entry, BlankedCode.of(source)));
        blanked.forEach(CodeDepth::checkStatements);
        CodeDepth depth = new CodeDepth(blanked);
        for (String name : depth.parts.keySet()) {
            int calls = depth.of(name, 1);
            if (calls > MOST) {
                throw refusal(name + " calls through more than " + MOST + " others");
            }
        }
    }

    private int of(String name, int level) {
        Integer before = known.get(name);
        if (before != null) {
            return before;
        }
        if (level > MOST) {
            return MOST + 1;
        }
        Part part = parts.get(name);
        if (part == null || !open.add(name)) {
            return 0;
        }
        int below = 0;
        Set<String> named = new HashSet<>();
        Matcher found = NAMED.matcher(part.text);
        while (found.find()) {
            named.add(found.group());
        }
        for (String other : named) {
            String target = part(other);
            if (!target.equals(name)) {
                below = Math.max(below, of(target, level + 1));
            }
        }
        open.remove(name);
        int depth = part.own() + below;
        known.put(name, depth);
        return depth;
    }

    /// The class or function that a name leads to: it may name something inside of one.
    private String part(String named) {
        String name = named;
        while (!parts.containsKey(name) && name.indexOf('.') > 0) {
            name = name.substring(0, name.lastIndexOf('.'));
        }
        return name;
    }

    private static void checkStatements(String entry, String code) {
        Deque<Integer> chains = new ArrayDeque<>(List.of(0));
        int sum = 0;
        int indent = 0;
        int line = 1;
        Matcher word = WORD.matcher(code);
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            int chained = 0;
            if (c == '\n') {
                line++;
                if (chains.size() == 1) {
                    sum = 0;
                    chains.clear();
                    chains.push(0);
                    indent = indent(code, i + 1) / 2;
                }
            } else if (TypeText.change(c) > 0) {
                sum++;
                chains.push(0);
            } else if (TypeText.change(c) < 0 && chains.size() > 1) {
                sum -= 1 + chains.pop();
                // What follows an expression in brackets takes it for its beginning.
                chained = 1;
            } else if (c == ',') {
                sum -= chains.pop();
                chains.push(0);
            } else if (".+-*/%@<>=!&|^~".indexOf(c) >= 0
                    || (startsWord(code, i) && word.region(i, code.length()).lookingAt())) {
                chained = 1;
            }
            if (chained > 0) {
                chains.push(chains.pop() + chained);
                sum += chained;
            }
            if (sum + indent > MOST) {
                throw refusal("line " + line + " of " + entry + " is nested in more than " + MOST + " levels");
            }
        }
    }

    private static boolean startsWord(String code, int at) {
        return Character.isLetter(code.charAt(at)) && (at == 0 || !Character.isJavaIdentifierPart(code.charAt(at - 1)));
    }

    private static int indent(String code, int from) {
        int to = from;
        while (to < code.length() && code.charAt(to) == ' ') {
            to++;
        }
        return to - from;
    }

    private static ServingException refusal(String what) {
        return new ServingException(
                ErrorKind.UNSUPPORTED,
                "the code of the TorchScript model is too deep: " + what
                        + ", and libtorch, which reads it by recursion,"
                        + " would end the process; export it with fewer");
    }
}
