package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.storage.StoredVersion;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is known of one model's wanted versions.
///
/// @param model the declaration that was looked at
public record AspiredModel(DesiredModel model, Finding finding) {
    public sealed interface Finding {
        /// What people should know; null when all is well.
        @Nullable
        String problem();
    }

    /// The base was read.
    ///
    /// @param versions those that ought to be loaded, by number: all of them and no others
    /// @param unsettled whether there is a version that is still being written
    public record Found(
            SortedMap<Long, StoredVersion> versions,
            boolean unsettled,
            @Nullable String problem) implements Finding {
        public Found {
            versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        }
    }

    /// The base could not be read: it is not known what ought to be loaded, so everything stays as it is.
    public record Unreadable(String problem) implements Finding {}

    /// The first look at this declaration has not returned yet. Everything stays as it is, and it is too early to say
    /// that the model has nothing to serve.
    public record Awaited() implements Finding {
        @Override
        public @Nullable String problem() {
            return null;
        }
    }
}
