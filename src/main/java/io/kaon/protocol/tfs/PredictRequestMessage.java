package io.kaon.protocol.tfs;

import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest.RequestOptions;
import io.kaon.protocol.tfs.proto.PredictStreamedOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A `PredictRequest` with its tensors where they lie in the bytes that came; everything else is read. The options that
/// are for one client's decoder only are checked and dropped.
///
/// @param spec null without one
/// @param inputs by name; of several with the same name the last, as protobuf has it
/// @param size of the message in bytes
record PredictRequestMessage(
        @Nullable ModelSpec spec, Map<String, WireTensor> inputs, List<String> outputFilter, int size) {
    private static final int MODEL_SPEC = 1 << 3 | 2;
    private static final int INPUTS = 2 << 3 | 2;
    private static final int OUTPUT_FILTER = 3 << 3 | 2;
    private static final int STREAMED_OPTIONS = 5 << 3 | 2;
    private static final int REQUEST_OPTIONS = 7 << 3 | 2;
    private static final int KEY = 1 << 3 | 2;
    private static final int VALUE = 2 << 3 | 2;

    /// @param bytes the whole message; not to be changed afterwards
    /// @throws InvalidProtocolBufferException if they are none
    static PredictRequestMessage of(byte[] bytes) throws IOException {
        ModelSpec.Builder spec = null;
        Map<String, WireTensor> inputs = new LinkedHashMap<>();
        List<String> outputFilter = new ArrayList<>(0);
        WireFields fields = new WireFields(bytes, 0, bytes.length);
        while (fields.next()) {
            switch (fields.tag()) {
                case MODEL_SPEC -> {
                    int from = fields.payload();
                    spec = spec == null ? ModelSpec.newBuilder() : spec;
                    spec.mergeFrom(bytes, from, fields.position() - from);
                }
                case INPUTS -> {
                    int from = fields.payload();
                    putInput(inputs, bytes, from, fields.position());
                }
                case OUTPUT_FILTER -> outputFilter.add(fields.text());
                case STREAMED_OPTIONS -> {
                    int from = fields.payload();
                    PredictStreamedOptions.parser().parseFrom(bytes, from, fields.position() - from);
                }
                case REQUEST_OPTIONS -> {
                    int from = fields.payload();
                    RequestOptions.parser().parseFrom(bytes, from, fields.position() - from);
                }
                default -> fields.skip();
            }
        }
        return new PredictRequestMessage(spec == null ? null : spec.build(), inputs, outputFilter, bytes.length);
    }

    private static void putInput(Map<String, WireTensor> inputs, byte[] bytes, int from, int to) throws IOException {
        WireFields entry = new WireFields(bytes, from, to);
        String name = "";
        int start = from;
        int end = from;
        ByteArrayOutputStream parts = null;
        while (entry.next()) {
            switch (entry.tag()) {
                case KEY -> name = entry.text();
                case VALUE -> {
                    int part = entry.payload();
                    if (start == end) {
                        start = part;
                        end = entry.position();
                    } else {
                        // Each is a message, and what they are together is what they are one behind the other.
                        if (parts == null) {
                            parts = new ByteArrayOutputStream();
                            WireTensor.of(bytes, start, end);
                            parts.write(bytes, start, end - start);
                        }
                        WireTensor.of(bytes, part, entry.position());
                        parts.write(bytes, part, entry.position() - part);
                    }
                }
                default -> entry.skip();
            }
        }
        inputs.put(
                name,
                parts == null ? WireTensor.of(bytes, start, end) : WireTensor.of(parts.toByteArray(), 0, parts.size()));
    }
}
