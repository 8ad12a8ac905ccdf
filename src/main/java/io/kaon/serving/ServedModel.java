package io.kaon.serving;

import io.kaon.model.VersionStatus;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One model as a snapshot holds it. Immutable.
///
/// @param versions those that can be borrowed, by number
/// @param labels names that point at versions, which need not be among `versions`
/// @param statuses every version that is known, newest first, failed and unloaded ones too
/// @param problem what hinders the model as a whole, such as a base directory that cannot be read: no version can
///     carry it, for there may be none; null when nothing does
public record ServedModel(
        NavigableMap<Long, LoadedModel> versions,
        Map<String, Long> labels,
        List<VersionStatus> statuses,
        @Nullable String problem) {
    public ServedModel {
        versions = Collections.unmodifiableNavigableMap(new TreeMap<>(versions));
        labels = Map.copyOf(labels);
        statuses = List.copyOf(statuses);
    }

    // Written out, here and in `VersionStatus`, because linking a record's own takes the JVM ten milliseconds of a
    // start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServedModel model
                && versions.equals(model.versions)
                && labels.equals(model.labels)
                && statuses.equals(model.statuses)
                && Objects.equals(problem, model.problem);
    }

    @Override
    public int hashCode() {
        return Objects.hash(versions, labels, statuses, problem);
    }
}
