package io.kaon.engine.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which of a machine's GPUs CUDA lets this process see, as the variable `CUDA_VISIBLE_DEVICES` says. The driver's
/// management library tells of all of them.
final class VisibleDevices {
    static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    private VisibleDevices() {}

    /// Positions among all, in the order in which CUDA counts. As for CUDA, a name that fits none ends the list.
    ///
    /// @param variable the variable's value; null if it is not set
    static List<Integer> of(@Nullable String variable, List<Gpu> all) {
        if (variable == null) {
            return IntStream.range(0, all.size()).boxed().toList();
        }
        List<Integer> visible = new ArrayList<>();
        for (String name : variable.split(",", -1)) {
            OptionalInt position = position(name.strip(), all);
            if (position.isEmpty() || visible.contains(position.getAsInt())) {
                break;
            }
            visible.add(position.getAsInt());
        }
        return visible;
    }

    /// By number, or by the beginning of what only one is called.
    private static OptionalInt position(String name, List<Gpu> all) {
        if (name.matches("[0-9]{1,4}")) {
            int number = Integer.parseInt(name);
            return number < all.size() ? OptionalInt.of(number) : OptionalInt.empty();
        }
        if (!name.startsWith("GPU-")) {
            return OptionalInt.empty();
        }
        return IntStream.range(0, all.size())
                .filter(i -> all.get(i).uuid().startsWith(name))
                .findFirst();
    }
}
