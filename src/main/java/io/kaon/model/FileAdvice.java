package io.kaon.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What to do about a directory that holds no model which an engine knows, but something that often stands in its
/// place.
public final class FileAdvice {
    private static final String NETWORK =
            "has the weights and not the network: export the model with torch.onnx.export, or torch.jit.save";

    /// Tried in this order.
    private static final List<Advice> ALL = List.of(
            new Advice(".onnx", "is an ONNX model under another name: rename it to model.onnx"),
            new Advice(".pkl", "is an object of Python's: convert a scikit-learn model to model.onnx with skl2onnx"),
            new Advice(".pickle", "is an object of Python's: convert a scikit-learn model to model.onnx with skl2onnx"),
            new Advice(".joblib", "is an object of Python's: convert a scikit-learn model to model.onnx with skl2onnx"),
            new Advice(".keras", "is Keras's own form: write a SavedModel with model.export(\"DIRECTORY\")"),
            new Advice(".h5", "is Keras's own form: write a SavedModel with model.export(\"DIRECTORY\")"),
            new Advice(".pt2", "is a program of torch.export's: write it with torch.onnx.export, or torch.jit.save"),
            new Advice(".pth", NETWORK),
            new Advice(".ckpt", NETWORK),
            new Advice(".safetensors", NETWORK),
            new Advice(".ubj", "is a model of XGBoost's: convert it to model.onnx with onnxmltools"),
            new Advice(".tflite", "is a model of LiteRT's: convert it to model.onnx with tf2onnx"));

    private FileAdvice() {}

    /// @param ending in lower case
    /// @param words what such a file is, and what to do about it
    private record Advice(String ending, String words) {}

    /// What [#about] says, to be appended to a message; empty if it says nothing.
    public static String appended(List<String> files) {
        return about(files).map(advice -> "; " + advice).orElse("");
    }

    /// One sentence about the first file of which it is known what helps; nothing if there is none.
    ///
    /// @param files names
    public static Optional<String> about(List<String> files) {
        for (Advice advice : ALL) {
            for (String file : files) {
                if (file.toLowerCase(Locale.ROOT).endsWith(advice.ending)) {
                    return Optional.of("`" + file + "` " + advice.words);
                }
            }
        }
        return Optional.empty();
    }
}
