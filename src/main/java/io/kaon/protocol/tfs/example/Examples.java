package io.kaon.protocol.tfs.example;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The examples of a request, by feature. Filled by one thread, then only read.
public final class Examples {
    /// How many different names the features of a request may have. A name takes far more memory than its text.
    static final int MOST_NAMES = 1 << 16;

    /// How many names a message lists.
    private static final int NAMES_SHOWN = 16;

    private static final int NAME_SHOWN = 64;

    private final List<FeatureColumn> columns = new ArrayList<>();
    private final Map<String, FeatureColumn> byName = new HashMap<>();
    private int count;
    private @Nullable Examples context;

    /// One more example, without features yet.
    ///
    /// @return its number, from 0
    public int begin() {
        return count++;
    }

    /// How many examples there are.
    public int count() {
        return count;
    }

    /// The column of that name; a new one if there is none.
    ///
    /// @throws ServingException TOO_LARGE
    public FeatureColumn column(String name) {
        FeatureColumn column = byName.get(name);
        if (column == null) {
            if (columns.size() == MOST_NAMES) {
                throw new ServingException(
                        ErrorKind.TOO_LARGE,
                        "expected features of at most " + MOST_NAMES + " different names, got more");
            }
            column = new FeatureColumn(name);
            byName.put(name, column);
            columns.add(column);
        }
        return column;
    }

    /// In the order in which the names first came. Unmodifiable.
    public List<FeatureColumn> columns() {
        return Collections.unmodifiableList(columns);
    }

    /// Features that every example has unless it has its own.
    ///
    /// @param shared holds one example
    public void context(Examples shared) {
        context = shared;
    }

    public @Nullable Examples context() {
        return context;
    }

    /// The feature of that name, from the context if the example has none.
    public @Nullable Feature feature(String name, int example) {
        FeatureColumn column = byName.get(name);
        int entry = column == null ? -1 : column.find(example);
        if (column != null && entry >= 0) {
            return new Feature(column, entry);
        }
        return context == null ? null : context.feature(name, 0);
    }

    /// Whether the example itself has a feature of that name, be it one without values.
    boolean hasOwn(String name, int example) {
        FeatureColumn column = byName.get(name);
        return column != null && column.has(example);
    }

    /// The names of an example's features for a message, sorted; not all if they are many.
    String describe(int example) {
        Set<String> names = new TreeSet<>();
        boolean more = names(names, example) || (context != null && context.names(names, 0));
        List<String> shown = new ArrayList<>(names);
        if (more) {
            shown.add("…");
        }
        return shown.toString();
    }

    private boolean names(Set<String> names, int example) {
        for (FeatureColumn column : columns) {
            if (column.has(example)) {
                if (names.size() == NAMES_SHOWN) {
                    return true;
                }
                String name = column.name();
                names.add(name.length() <= NAME_SHOWN ? name : name.substring(0, NAME_SHOWN) + "…");
            }
        }
        return false;
    }
}
