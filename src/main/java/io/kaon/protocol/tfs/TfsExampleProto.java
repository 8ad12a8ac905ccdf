package io.kaon.protocol.tfs;

import com.google.protobuf.ByteString;
import io.kaon.model.ModelId;
import io.kaon.protocol.tfs.example.Classifications;
import io.kaon.protocol.tfs.example.ExampleMethod;
import io.kaon.protocol.tfs.example.ExampleResult;
import io.kaon.protocol.tfs.example.Examples;
import io.kaon.protocol.tfs.example.Feature.Kind;
import io.kaon.protocol.tfs.example.FeatureColumn;
import io.kaon.protocol.tfs.example.Regressions;
import io.kaon.protocol.tfs.proto.ClassificationResult;
import io.kaon.protocol.tfs.proto.Example;
import io.kaon.protocol.tfs.proto.Feature;
import io.kaon.protocol.tfs.proto.InferenceResult;
import io.kaon.protocol.tfs.proto.Input;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.RegressionResult;
import java.util.List;

/// The messages of Classify, Regress and MultiInference.
final class TfsExampleProto {
    private TfsExampleProto() {}

    /// The examples of a request; none if it has no input.
    static Examples examples(Input input) {
        return switch (input.getKindCase()) {
            case EXAMPLE_LIST -> examples(input.getExampleList().getExamplesList());
            case EXAMPLE_LIST_WITH_CONTEXT -> {
                var list = input.getExampleListWithContext();
                Examples examples = examples(list.getExamplesList());
                examples.context(examples(List.of(list.getContext())));
                yield examples;
            }
            case KIND_NOT_SET -> new Examples();
        };
    }

    private static Examples examples(List<Example> messages) {
        Examples examples = new Examples();
        for (Example message : messages) {
            int example = examples.begin();
            message.getFeatures()
                    .getFeatureMap()
                    .forEach((name, feature) -> read(feature, examples.column(name), example));
        }
        return examples;
    }

    private static void read(Feature feature, FeatureColumn column, int example) {
        switch (feature.getKindCase()) {
            case BYTES_LIST -> {
                column.begin(example, Kind.BYTES);
                for (ByteString value : feature.getBytesList().getValueList()) {
                    column.add(value.toByteArray());
                }
            }
            case FLOAT_LIST -> {
                column.begin(example, Kind.FLOAT);
                for (int i = 0; i < feature.getFloatList().getValueCount(); i++) {
                    column.add(feature.getFloatList().getValue(i));
                }
            }
            case INT64_LIST -> {
                column.begin(example, Kind.INT64);
                for (int i = 0; i < feature.getInt64List().getValueCount(); i++) {
                    column.add(feature.getInt64List().getValue(i));
                }
            }
            case KIND_NOT_SET -> column.begin(example, Kind.NONE);
        }
    }

    /// What answered.
    static ModelSpec spec(ModelId id, ExampleMethod method) {
        return TfsModelSpec.resolved(id)
                .setSignatureName(method.signature().name())
                .build();
    }

    static ClassificationResult result(Classifications classifications) {
        ClassificationResult.Builder result = ClassificationResult.newBuilder();
        for (List<Classifications.ScoredClass> classes : classifications.examples()) {
            var example = result.addClassificationsBuilder();
            classes.forEach(
                    one -> example.addClassesBuilder().setLabel(one.label()).setScore(one.score()));
        }
        return result.build();
    }

    static RegressionResult result(Regressions regressions) {
        RegressionResult.Builder result = RegressionResult.newBuilder();
        regressions.values().forEach(value -> result.addRegressionsBuilder().setValue(value));
        return result.build();
    }

    /// One task's part of the answer to many.
    static InferenceResult result(ModelSpec spec, ExampleResult result) {
        InferenceResult.Builder message = InferenceResult.newBuilder().setModelSpec(spec);
        return switch (result) {
            case Classifications classifications ->
                message.setClassificationResult(result(classifications)).build();
            case Regressions regressions ->
                message.setRegressionResult(result(regressions)).build();
        };
    }
}
