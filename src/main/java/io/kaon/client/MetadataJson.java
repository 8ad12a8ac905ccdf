package io.kaon.client;

import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the signatures in the answer to `GET …/metadata`.
public final class MetadataJson {
    private final JsonCursor cursor;
    private final Map<String, ModelSignature> signatures = new LinkedHashMap<>();

    private MetadataJson(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /// By name; without those whose inputs have types that no request here can hold.
    ///
    /// @throws ClientFailure when the server refused, or what it says cannot be understood
    public static Map<String, ModelSignature> signatures(RestAnswer answer) {
        answer.orThrow();
        try {
            MetadataJson metadata = new MetadataJson(answer.cursor());
            metadata.members(key -> metadata.within(
                    key,
                    "metadata",
                    () -> metadata.members(outer -> metadata.within(
                            outer,
                            "signature_def",
                            () -> metadata.members(inner -> metadata.within(
                                    inner, "signature_def", () -> metadata.members(metadata::signature)))))));
            return metadata.signatures;
        } catch (ServingException | IllegalArgumentException malformed) {
            throw answer.notAModelServer();
        }
    }

    @FunctionalInterface
    private interface Member {
        void read(String key);
    }

    /// Calls it with the name of each member, whose value it must pass.
    private void members(Member member) {
        if (cursor.openObject()) {
            do {
                member.read(cursor.key().text());
            } while (cursor.nextMember());
        }
    }

    private void within(String key, String wanted, Runnable reading) {
        if (key.equals(wanted) && cursor.peek() == '{') {
            reading.run();
        } else {
            cursor.skip();
        }
    }

    private void signature(String name) {
        List<TensorSpec> inputs = new ArrayList<>();
        Set<String> optional = new HashSet<>();
        boolean[] isKnown = {true};
        members(key -> {
            switch (key) {
                case "inputs" ->
                    members(input -> {
                        TensorSpec spec = tensor(input);
                        isKnown[0] &= spec != null;
                        if (spec != null) {
                            inputs.add(spec);
                        }
                    });
                case "defaults" ->
                    members(input -> {
                        optional.add(input);
                        cursor.skip();
                    });
                default -> cursor.skip();
            }
        });
        if (isKnown[0]) {
            List<TensorSpec> specs = inputs.stream()
                    .map(input -> new TensorSpec(
                            input.name(), input.type(), input.shape(), !optional.contains(input.name()), List.of()))
                    .toList();
            signatures.put(name, ModelSignature.of(name, specs, List.of()));
        }
    }

    private @Nullable TensorSpec tensor(String name) {
        @Nullable DataType[] type = new @Nullable DataType[1];
        @Nullable Shape[] shape = {Shape.scalar()};
        members(key -> {
            switch (key) {
                case "dtype" -> type[0] = type(cursor.string().text());
                case "tensor_shape" -> shape[0] = shape();
                default -> cursor.skip();
            }
        });
        return type[0] == null ? null : TensorSpec.of(name, type[0], shape[0]);
    }

    /// Null for any shape.
    private @Nullable Shape shape() {
        List<Long> sizes = new ArrayList<>();
        boolean[] isUnknown = {false};
        members(key -> {
            if (key.equals("unknown_rank")) {
                isUnknown[0] = cursor.bool();
            } else if (key.equals("dim") && cursor.openArray()) {
                do {
                    members(size -> {
                        if (size.equals("size")) {
                            sizes.add(Long.parseLong(cursor.string().text()));
                        } else {
                            cursor.skip();
                        }
                    });
                } while (cursor.nextElement());
            } else if (!key.equals("dim")) {
                cursor.skip();
            }
        });
        return isUnknown[0]
                ? null
                : Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    private static @Nullable DataType type(String name) {
        String plain = name.startsWith("DT_") ? name.substring(3).toUpperCase(Locale.ROOT) : "";
        if (plain.equals("HALF")) {
            return DataType.FLOAT16;
        }
        for (DataType type : DataType.values()) {
            if (type.name().equals(plain)) {
                return type;
            }
        }
        return null;
    }
}
