package io.kaon.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one place where ONNX Runtime's exceptions become ours. Its own words stay readable, on one line.
final class OnnxErrors {
    private static final String KERNEL_FAILED = "Non-zero status code returned while running";

    /// Where in ONNX Runtime's sources a check stands: a path, a line and a C++ signature, before what it says.
    /// The text may hold what a client sent. So a word is looked at from its beginning only, and a signature
    /// ends soon: else matching could take time with the square of the text's length.
    private static final Pattern SOURCE = Pattern.compile("(?<!\\S)[^\\s:]++(?<=\\.(?:cc|h|cpp|hpp)):\\d++ "
            + "(?:[^\"'()]{1,400}\\([^()]{0,400}\\)(?: const)?(?: \\[[^\\]]{0,400}])? )?");

    /// What stands before the words of a failure in another failure's.
    private static final Pattern CODE = Pattern.compile("^(?:: )?[0-9]{1,3} : [A-Z_]{1,40} : ");

    /// How kernels name two sizes that ought to be the same.
    private static final Pattern TWO_SIZES = Pattern.compile("([0-9]{1,15}) (?:by|and) ([0-9]{1,15})");

    /// Inputs that a message names.
    private static final int MOST_INPUTS = 8;

    private OnnxErrors() {}

    /// The deepest cause says what the system refused. The binding makes a temporary folder whether or not it
    /// has anything to unpack.
    static ServingException ofStart(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String remedy = root instanceof FileSystemException
                ? "; it wants a folder to write to: mount one at " + System.getProperty("java.io.tmpdir")
                        + ", or name another with -Djava.io.tmpdir=DIR"
                : "";
        return new ServingException(ErrorKind.ENGINE_FAILED, "ONNX Runtime does not start: " + root + remedy, e);
    }

    /// An operator in a version that ONNX Runtime never had, or has no longer, is no fault of the model.
    static ServingException ofLoad(OrtException e) {
        ErrorKind kind =
                e.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED;
        return new ServingException(kind, CudaFailure.of(words(e)).words(), e);
    }

    /// A kernel that refuses its inputs, for example because their sizes do not fit together or an index is out of
    /// range, tells so as FAIL or RUNTIME_EXCEPTION, like what is not the request's fault. Memory
    /// that is missing is told apart by its words, which is all there is.
    static ServingException ofRun(OrtException e) {
        String words = words(e);
        boolean refused = e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT
                || (words.startsWith(KERNEL_FAILED) && !words.contains("ailed to allocate"));
        return new ServingException(refused ? ErrorKind.INVALID_REQUEST : ErrorKind.ENGINE_FAILED, words, e);
    }

    /// The same, with the inputs' shapes where they are at fault: a kernel compares tensors within the model, and
    /// does not know which inputs they come from.
    static ServingException ofRun(OrtException e, ModelSignature signature, NamedTensors inputs) {
        ServingException failure = ofRun(e);
        return failure.kind() == ErrorKind.INVALID_REQUEST
                ? new ServingException(
                        failure.kind(), failure.getMessage() + shapes(failure.getMessage(), signature, inputs), e)
                : failure;
    }

    /// Where the kernel names two sizes, the inputs that have them; otherwise all.
    static String shapes(String words, ModelSignature signature, NamedTensors inputs) {
        Matcher sizes = TWO_SIZES.matcher(words);
        List<String> all = new ArrayList<>();
        List<String> minded = new ArrayList<>();
        boolean named = sizes.find();
        for (TensorSpec spec : signature.inputs().values()) {
            Tensor tensor = inputs.get(spec.name());
            if (tensor != null && all.size() < MOST_INPUTS) {
                String both = "`" + spec.name() + "` is declared as " + spec.describe() + ", got " + tensor.describe();
                all.add(both);
                if (named && (has(tensor, sizes.group(1)) || has(tensor, sizes.group(2)))) {
                    minded.add(both);
                }
            }
        }
        return minded.size() > 1
                ? "; these inputs do not fit together: " + String.join("; ", minded)
                : "; inputs: " + String.join("; ", all);
    }

    private static boolean has(Tensor tensor, String size) {
        return Arrays.stream(tensor.shape().dims())
                .anyMatch(dim -> Long.toString(dim).equals(size));
    }

    /// On a GPU, where a kernel's failure is no refusal of its inputs if CUDA is what failed.
    ///
    /// @param device for example `cuda:0`
    static ServingException ofRunOn(String device, OrtException e) {
        String words = words(e);
        CudaFailure failure = CudaFailure.of(words);
        return switch (failure.kind()) {
            case MEMORY ->
                new ServingException(
                        ErrorKind.ENGINE_FAILED,
                        failure.words() + "; " + device + " has no memory left for this run: send fewer rows, or see"
                                + " docs/gpu.md for kaon.batch.max-rows and kaon.engine.cuda.memory-limit",
                        e);
            case LOST ->
                new ServingException(
                        ErrorKind.ENGINE_FAILED,
                        failure.words() + "; no run of this process succeeds on " + device
                                + " any more: the server must be started again",
                        e);
            case OTHER ->
                CudaFailure.isIn(words) ? new ServingException(ErrorKind.ENGINE_FAILED, failure.words(), e) : ofRun(e);
        };
    }

    /// The message without the frame that the Java API puts around it.
    static String words(OrtException e) {
        String frame = "Error code - " + e.getCode() + " - message: ";
        String message = String.valueOf(e.getMessage());
        String words = message.startsWith(frame) ? message.substring(frame.length()) : message;
        return plain(words);
    }

    static String plain(String words) {
        String told = SOURCE.matcher(words.strip().replaceAll("\\s+", " ")).replaceAll("");
        return CODE.matcher(told).replaceFirst("");
    }
}
