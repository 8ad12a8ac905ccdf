package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.example.Classifications;
import io.kaon.protocol.tfs.example.Classifications.ScoredClass;
import io.kaon.protocol.tfs.example.ExampleResult;
import io.kaon.protocol.tfs.example.Regressions;
import java.util.List;

/// Writes the answer to a classify or regress request.
final class ResultWriter {
    /// What a class or value typically takes.
    private static final int TEXT_PER_ITEM = 32;

    private ResultWriter() {}

    static JsonText write(ExampleResult result) {
        return switch (result) {
            case Classifications(var examples) -> classes(examples);
            case Regressions(var values) -> values(values);
        };
    }

    private static JsonText classes(List<List<ScoredClass>> examples) {
        requireSome(examples, "ClassificationResults");
        JsonText text = begin((long) examples.size() * (1 + examples.getFirst().size()));
        for (List<ScoredClass> classes : examples) {
            text.beginList();
            for (ScoredClass one : classes) {
                text.beginList();
                text.singleLine(true);
                text.value(one.label());
                text.value(one.score());
                text.endList();
                text.singleLine(false);
            }
            text.endList();
        }
        return end(text);
    }

    private static JsonText values(List<Float> values) {
        requireSome(values, "RegressionResults");
        JsonText text = begin(values.size());
        text.singleLine(true);
        for (float value : values) {
            text.value(value);
        }
        text.singleLine(false);
        return end(text);
    }

    private static JsonText begin(long items) {
        JsonText text = new JsonText((int) Math.min(64 + items * TEXT_PER_ITEM, 1 << 26));
        text.beginObject();
        text.name("results");
        text.beginList();
        return text;
    }

    private static JsonText end(JsonText text) {
        text.endList();
        text.endObject();
        return text;
    }

    private static void requireSome(List<?> results, String what) {
        if (results.isEmpty()) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "Cannot convert empty " + what + " to JSON: expected a result for every example, got none");
        }
    }
}
