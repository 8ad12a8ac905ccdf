package io.kaon.client;

import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a server says of one of its models.
///
/// @param labels names of versions
/// @param problem what hinders the model as a whole; empty for nothing
public record ModelReport(String name, Map<String, Long> labels, List<Version> versions, String problem) {
    public ModelReport {
        labels = Map.copyOf(labels);
        versions = List.copyOf(versions);
    }

    /// @param state `AVAILABLE`, `LOADING` and the like
    /// @param message of its failure, or how far it is
    /// @param isFailed whether the message is of a failure
    public record Version(long number, String state, String message, boolean isFailed) {
        public boolean isAvailable() {
            return state.equals("AVAILABLE");
        }
    }

    /// Whether clients that name no version get an answer.
    public boolean isAvailable() {
        return versions.stream().anyMatch(Version::isAvailable);
    }

    /// Its labels that are on this version, sorted.
    public List<String> labelsOf(long version) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .filter(label -> label.getValue() == version)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    /// Of `GET /v1/models`, which Kaon answers.
    ///
    /// @throws ClientFailure when the server refused, or what it says cannot be understood
    public static List<ModelReport> list(RestAnswer answer) {
        List<ModelReport> models = new ArrayList<>();
        Reader reader = reader(answer);
        reader.read(
                answer,
                () -> reader.members(key -> {
                    if (key.equals("models")) {
                        reader.elements(() -> models.add(reader.model("")));
                    } else {
                        reader.cursor.skip();
                    }
                }));
        return models;
    }

    /// Of `GET /v1/models/NAME`, which TensorFlow Serving answers too.
    ///
    /// @throws ClientFailure when the server refused, or what it says cannot be understood
    public static ModelReport status(String name, RestAnswer answer) {
        List<ModelReport> one = new ArrayList<>();
        Reader reader = reader(answer);
        reader.read(answer, () -> one.add(reader.model(name)));
        return one.getFirst();
    }

    private static Reader reader(RestAnswer answer) {
        answer.orThrow();
        return new Reader(answer.cursor());
    }

    @FunctionalInterface
    private interface Member {
        void read(String key);
    }

    private record Reader(JsonCursor cursor) {
        void read(RestAnswer answer, Runnable reading) {
            try {
                reading.run();
            } catch (ServingException | IllegalArgumentException malformed) {
                throw answer.notAModelServer();
            }
        }

        void members(Member member) {
            if (cursor.openObject()) {
                do {
                    member.read(cursor.key().text());
                } while (cursor.nextMember());
            }
        }

        void elements(Runnable element) {
            if (cursor.openArray()) {
                do {
                    element.run();
                } while (cursor.nextElement());
            }
        }

        ModelReport model(String named) {
            String[] texts = {named, ""};
            Map<String, Long> labels = new TreeMap<>();
            List<Version> versions = new ArrayList<>();
            members(key -> {
                switch (key) {
                    case "name" -> texts[0] = text();
                    case "problem" -> texts[1] = text();
                    case "labels" -> members(label -> labels.put(label, Long.parseLong(text())));
                    case "model_version_status" -> elements(() -> versions.add(version()));
                    default -> cursor.skip();
                }
            });
            return new ModelReport(texts[0], labels, versions, texts[1]);
        }

        private Version version() {
            String[] texts = {"0", "UNKNOWN", "", "OK"};
            members(key -> {
                switch (key) {
                    case "version" -> texts[0] = text();
                    case "state" -> texts[1] = text();
                    case "status" ->
                        members(part -> {
                            switch (part) {
                                case "error_message" -> texts[2] = text();
                                case "error_code" -> texts[3] = text();
                                default -> cursor.skip();
                            }
                        });
                    default -> cursor.skip();
                }
            });
            return new Version(Long.parseLong(texts[0]), texts[1], texts[2], !texts[3].equals("OK"));
        }

        private String text() {
            return cursor.string().text();
        }
    }
}
