package io.kaon.engine.djl.archive;

import java.util.Collection;
import java.util.regex.Pattern;

/// What the printed code of a TorchScript model does that a server has to know.
///
/// @param loops whether it has loops, so that a run may take any time, or have no end
/// @param branches whether values may decide what is computed
/// @param assigns whether it sets attributes of its objects, so that a call may change what later calls answer
/// @param keeps whether it may hold on to tensors after a call
public record TorchCode(boolean loops, boolean branches, boolean assigns, boolean keeps) {
    private static final Pattern BRANCH = Pattern.compile("\\bif\\b");

    private static final Pattern KEPT = Pattern.compile("\\b(?:append|insert|extend|_set_item|setdefault)\\(");

    public static TorchCode of(Collection<String> sources) {
        boolean loops = false;
        boolean branches = false;
        boolean keeps = false;
        TorchCalls calls = new TorchCalls();
        for (String source : sources) {
            String code = BlankedCode.of(source);
            loops |= LoopLimit.LOOP.matcher(code).find();
            branches |= BRANCH.matcher(code).find();
            calls.read(code);
            keeps |= KEPT.matcher(code).find();
        }
        boolean assigns = calls.assign("forward");
        return new TorchCode(loops, branches, assigns, assigns || keeps);
    }
}
