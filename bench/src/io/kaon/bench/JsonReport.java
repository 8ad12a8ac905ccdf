package io.kaon.bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Everything that was measured, round by round, for programs.
final class JsonReport {
    private JsonReport() {}

    static void write(Path file, Sheet sheet, Machine machine) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("machine", machine.describe());
            json.writeArrayFieldStart("measured");
            for (Map.Entry<Cell, List<Sample>> entry : sheet.samples().entrySet()) {
                write(json, entry.getKey(), entry.getValue());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("timed");
            for (Timing timing : sheet.timings()) {
                json.writeStartObject();
                json.writeStringField("part", timing.part());
                json.writeStringField("name", timing.name());
                write(json, "nanos", timing.nanos());
                json.writeNumberField("heapBytes", timing.bytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("mustShow");
            for (Bar bar : sheet.bars()) {
                json.writeStartObject();
                json.writeNumberField("about", bar.about());
                json.writeStringField("claim", bar.claim());
                write(json, "ratios", bar.measured());
                json.writeStringField("bound", bar.bound());
                json.writeStringField("verdict", bar.verdict());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notes");
            for (String remark : sheet.remarks()) {
                json.writeString(remark);
            }
            json.writeEndArray();
            json.writeNumberField("failed", sheet.failed());
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, Cell cell, List<Sample> samples) throws IOException {
        json.writeStartObject();
        json.writeStringField("via", cell.transport().toString());
        json.writeStringField("workload", cell.workload());
        json.writeStringField("load", cell.load());
        json.writeStringField("server", cell.server());
        json.writeArrayFieldStart("rounds");
        for (Sample sample : samples) {
            json.writeStartObject();
            json.writeNumberField("perSecond", sample.perSecond());
            json.writeNumberField("cpuMicros", sample.cpuMicros());
            json.writeNumberField("p50Micros", sample.load().p50());
            json.writeNumberField("p99Micros", sample.load().p99());
            json.writeNumberField("p999Micros", sample.load().p999());
            json.writeNumberField("residentBytes", sample.residentBytes());
            json.writeNumberField("answered", sample.load().answered());
            json.writeNumberField("failed", sample.load().failed());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Spread values) throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values.values()) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
