package io.kaon.app.client;

import io.kaon.app.terminal.TextTable;
import io.kaon.client.MetricsPage;
import io.kaon.client.ModelReport;
import io.kaon.client.Printable;
import io.kaon.protocol.json.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Two looks at a server as a table, a line for each version.
///
/// @param before the first of two looks at the metrics
/// @param errorLength how much of an error a line shows
record ModelTable(ServerLook look, Optional<MetricsPage> before, int errorLength) {
    private static final double NANOS = 1e9;
    private static final double P99 = 0.99;

    String text() {
        if (look.models().isEmpty()) {
            return "no models\n";
        }
        String period = seconds().isPresent()
                ? String.format(Locale.ROOT, "(%.0f s)", seconds().getAsDouble())
                : "";
        TextTable table =
                new TextTable("MODEL", "VERSION", "LABELS", "STATE", "REQ/S" + period, "P99" + period, "LAST ERROR");
        for (ModelReport model : look.models()) {
            String name = Printable.line(model.name());
            String problem = model.problem();
            if (model.versions().isEmpty()) {
                table.row(name, "-", "-", "NO VERSION", "-", "-", error(problem));
            }
            for (ModelReport.Version version : model.versions()) {
                table.row(
                        name,
                        Long.toString(version.number()),
                        labels(model, version.number()),
                        version.isFailed() ? "FAILED" : Printable.line(version.state()),
                        rate(model.name(), version.number()),
                        p99(model.name(), version.number()),
                        error(version.message().isEmpty() ? problem : version.message()));
            }
        }
        return table.toString();
    }

    String json() {
        JsonText json = new JsonText(1024);
        json.beginObject();
        json.name("models");
        json.beginList();
        for (ModelReport model : look.models()) {
            json.beginObject();
            json.name("name");
            json.value(model.name());
            json.name("problem");
            json.value(model.problem());
            json.name("versions");
            json.beginList();
            model.versions().forEach(version -> json(json, model, version));
            json.endList();
            json.endObject();
        }
        json.endList();
        json.endObject();
        return json + "\n";
    }

    private void json(JsonText json, ModelReport model, ModelReport.Version version) {
        json.beginObject();
        json.name("version");
        json.value(version.number());
        json.name("labels");
        json.beginList();
        model.labelsOf(version.number()).forEach(json::value);
        json.endList();
        json.name("state");
        json.value(version.state());
        json.name("message");
        json.value(version.message());
        json.name("failed");
        json.value(version.isFailed());
        if (seconds().isPresent()) {
            json.name("requests_per_second");
            json.value(now().rate(before.orElseThrow(), model.name(), version.number()));
            added(model.name(), version.number()).seconds(P99).ifPresent(p99 -> {
                json.name("p99_seconds");
                json.value(p99);
            });
        }
        json.endObject();
    }

    private OptionalDouble seconds() {
        return before.isPresent() && look.metrics().isPresent()
                ? OptionalDouble.of((now().nanos() - before.get().nanos()) / NANOS)
                : OptionalDouble.empty();
    }

    private MetricsPage now() {
        return look.metrics().orElseThrow();
    }

    private MetricsPage.Counts added(String model, long version) {
        return now().counts(model, version).since(before.orElseThrow().counts(model, version));
    }

    private static String labels(ModelReport model, long version) {
        List<String> labels = model.labelsOf(version);
        return labels.isEmpty() ? "-" : Printable.line(String.join(",", labels));
    }

    private String rate(String model, long version) {
        return seconds().isPresent()
                ? String.format(Locale.ROOT, "%.1f", now().rate(before.orElseThrow(), model, version))
                : "-";
    }

    private String p99(String model, long version) {
        OptionalDouble p99 = seconds().isPresent() ? added(model, version).seconds(P99) : OptionalDouble.empty();
        return p99.isPresent() ? String.format(Locale.ROOT, "%.2f ms", 1000 * p99.getAsDouble()) : "-";
    }

    private String error(String text) {
        return text.isEmpty() ? "-" : Printable.shortened(Printable.line(text), errorLength);
    }
}
