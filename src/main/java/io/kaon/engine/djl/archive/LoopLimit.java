package io.kaon.engine.djl.archive;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gives the loops of printed TorchScript a longest time. libtorch cannot be told to end a run; so each function that
/// has loops looks at the clock when it begins, and each turn of a loop fails once the time is over.
public final class LoopLimit {
    /// What a run fails with. It comes back in the text of libtorch's error.
    public static final String REACHED = "kaon: the longest time of a run is over";

    private static final String BEGAN = "_kaon_began";
    private static final String NOW = "ops.prim.TimePoint()";

    static final Pattern LOOP = Pattern.compile("\\b(?:while|for)\\b");

    /// As PyTorch prints a loop: alone on its line, its body below it.
    private static final Pattern PRINTED = Pattern.compile("^ +(?:while|for)\\b(.*):$");

    private static final Pattern FUNCTION = Pattern.compile("^ *def ");
    private static final Pattern INDENT = Pattern.compile("^ *");

    private final String[] lines;
    private final String[] blanked;

    /// Lines of ours by the line before which they belong.
    private final Map<Integer, List<String>> added = new HashMap<>();

    private final long nanos;

    private LoopLimit(String code, Duration longest) {
        this.lines = code.split("\n", -1);
        this.blanked = BlankedCode.of(code).split("\n", -1);
        this.nanos = longest.toNanos();
    }

    /// The same code with the limit.
    ///
    /// @param longest above zero
    /// @throws ServingException UNSUPPORTED if it has loops that are not printed as PyTorch prints them
    public static String in(String code, Duration longest) {
        return LOOP.matcher(BlankedCode.of(code)).find() ? new LoopLimit(code, longest).limited() : code;
    }

    private String limited() {
        int function = -1;
        int begun = -1;
        for (int i = 0; i < blanked.length; i++) {
            String line = blanked[i].stripTrailing();
            if (lines[i].contains(BEGAN)) {
                throw refusal(i, "the name " + BEGAN);
            }
            if (FUNCTION.matcher(line).find()) {
                function = bodyOf(i);
            }
            if (!LOOP.matcher(line).find()) {
                continue;
            }
            Matcher printed = PRINTED.matcher(line);
            if (function < 0 || function > i || !printed.matches() || depth(printed.group(1)) != 0) {
                throw refusal(i, "a loop that is not printed as PyTorch prints it");
            }
            if (begun != function) {
                begun = function;
                add(function, BEGAN + " = " + NOW);
            }
            int body = bodyOf(i);
            add(body, "if torch.gt(torch.sub(" + NOW + ", " + BEGAN + "), " + nanos + "):");
            add(body, "  ops.prim.RaiseException(\"" + REACHED + "\")");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            all.addAll(added.getOrDefault(i, List.of()));
            all.add(lines[i]);
        }
        return String.join("\n", all);
    }

    /// The first line below a header, which may take several lines.
    private int bodyOf(int header) {
        int at = header;
        int depth = depth(blanked[at]);
        while (depth != 0 || !blanked[at].stripTrailing().endsWith(":")) {
            if (++at == blanked.length) {
                throw refusal(header, "a header without end");
            }
            depth += depth(blanked[at]);
        }
        at++;
        while (at < blanked.length && blanked[at].isBlank() && lines[at].isBlank()) {
            at++;
        }
        if (at >= blanked.length || indent(at).length() <= indent(header).length()) {
            throw refusal(header, "a line below which nothing stands");
        }
        return at;
    }

    /// How many brackets it opens and does not close.
    private static int depth(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += TypeText.change(text.charAt(i));
        }
        return depth;
    }

    private void add(int before, String line) {
        added.computeIfAbsent(before, _ -> new ArrayList<>()).add(indent(before) + line);
    }

    private String indent(int line) {
        Matcher indent = INDENT.matcher(lines[line]);
        return indent.find() ? indent.group() : "";
    }

    private ServingException refusal(int line, String what) {
        return new ServingException(
                ErrorKind.UNSUPPORTED,
                "the TorchScript model cannot be given a longest time of a run: line " + (line + 1)
                        + " of its code has " + what + "; save it with torch.jit.save, or switch the limit off for it");
    }
}
