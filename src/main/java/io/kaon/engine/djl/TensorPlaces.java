package io.kaon.engine.djl;

import io.kaon.engine.djl.declaration.DeclaredTensor;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names such as `input__0`, in which Triton says the place of a tensor.
final class TensorPlaces {
    private static final Pattern PLACED = Pattern.compile(".+__(\\d{1,4})");

    private TensorPlaces() {}

    /// The place of each; null unless each has one, and no two the same.
    static int @Nullable [] of(List<DeclaredTensor> tensors) {
        int[] places = new int[tensors.size()];
        for (int i = 0; i < places.length; i++) {
            Matcher placed = PLACED.matcher(tensors.get(i).name());
            if (!placed.matches()) {
                return null;
            }
            places[i] = Integer.parseInt(placed.group(1));
            for (int j = 0; j < i; j++) {
                if (places[j] == places[i]) {
                    return null;
                }
            }
        }
        return places;
    }
}
