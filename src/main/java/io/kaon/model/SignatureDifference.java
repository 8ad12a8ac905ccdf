package io.kaon.model;

import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// What clients of one version must know of the version that takes its place: which signatures, inputs and
/// outputs are others. What a dimension is called is nothing to a client.
public final class SignatureDifference {
    private SignatureDifference() {}

    /// One entry for each difference, such as "signature `serving_default`: input `x` was FLOAT[-1] and is
    /// missing"; none if clients notice nothing.
    public static List<String> between(Map<String, ModelSignature> before, Map<String, ModelSignature> after) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            ModelSignature old = before.get(name);
            ModelSignature next = after.get(name);
            if (old == null || next == null) {
                differences.add("signature `" + name + "` is " + (old == null ? "new" : "missing"));
                continue;
            }
            compare("signature `" + name + "`: input", old.inputs(), next.inputs(), differences);
            compare("signature `" + name + "`: output", old.outputs(), next.outputs(), differences);
        }
        return differences;
    }

    private static void compare(
            String what, Map<String, TensorSpec> before, Map<String, TensorSpec> after, List<String> differences) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            TensorSpec old = before.get(name);
            TensorSpec next = after.get(name);
            if (old == null) {
                differences.add(what + " `" + name + "` is new");
            } else if (next == null) {
                differences.add(what + " `" + name + "` was " + old.describe() + " and is missing");
            } else if (old.type() != next.type() || !Objects.equals(old.shape(), next.shape())) {
                differences.add(what + " `" + name + "` was " + old.describe() + " and is " + next.describe());
            }
        }
    }
}
