package io.kaon.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value in a document, and where it stands. What is not there is `null`, and so is all below it.
///
/// @param path as in `/spec/ports/0/name`; empty for the whole document
record Place(String path, @Nullable Object value) {
    static Place of(Map<String, Object> document) {
        return new Place("", document);
    }

    Place at(String... names) {
        Place place = this;
        for (String name : names) {
            Object below = place.value instanceof Map<?, ?> map ? map.get(name) : null;
            place = new Place(place.path + "/" + name, below);
        }
        return place;
    }

    boolean isThere() {
        return value != null;
    }

    /// The text, where a text is there.
    Optional<String> text() {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /// The values of a map or of a list, each with its path.
    List<Place> below() {
        List<Place> places = new ArrayList<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, below) -> places.add(new Place(path + "/" + name, below)));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                places.add(new Place(path + "/" + i, list.get(i)));
            }
        }
        return places;
    }

    /// The names of a map's values.
    List<String> names() {
        return value instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    /// This place and all below it.
    List<Place> all() {
        List<Place> places = new ArrayList<>(List.of(this));
        below().forEach(place -> places.addAll(place.all()));
        return places;
    }
}
