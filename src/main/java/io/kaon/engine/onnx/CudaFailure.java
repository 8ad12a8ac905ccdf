package io.kaon.engine.onnx;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What ONNX Runtime's words tell of a failure on a GPU. There is nothing but words.
///
/// @param words what is left of them for a client: not the host and the sources' paths that are added
/// @param kind what it means for others
record CudaFailure(String words, Kind kind) {
    enum Kind {
        /// There was no memory for this run.
        MEMORY,
        /// CUDA's context is in an error from which it does not recover: every call of this process fails from now on.
        LOST,
        /// Of this run alone, as far as one knows.
        OTHER
    }

    /// After the reason stand device, host, file, line and expression.
    private static final Pattern CALL =
            Pattern.compile("(CUDA|CUBLAS|CUDNN|CUDNN_FE|CURAND|CUFFT|TensorRT) failure ([0-9]{1,5}): ([^;]{0,200}) ?;"
                    + "( GPU=[0-9]+ )?.*");

    private static final Pattern FULL = Pattern.compile(
            "[Ff]ailed to allocate memory for requested buffer|is smaller than requested bytes of|out of memory"
                    + "|_ALLOC(ATION)?_FAILED|cudaErrorMemoryAllocation");

    /// The codes of CUDA after which it wants a new process, as its list of errors says.
    private static final Set<Integer> STICKY = Set.of(214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 720);

    private static final String CUDA = "CUDA";

    /// @param words of a failed run, on one line
    static CudaFailure of(String words) {
        Matcher call = CALL.matcher(words);
        if (!call.find()) {
            return new CudaFailure(words, FULL.matcher(words).find() ? Kind.MEMORY : Kind.OTHER);
        }
        boolean lost = call.group(1).equals(CUDA) && STICKY.contains(Integer.parseInt(call.group(2)));
        String told = words.substring(0, call.start()) + call.group(1) + " failure " + call.group(2) + ": "
                + call.group(3).strip();
        return new CudaFailure(
                told, lost ? Kind.LOST : FULL.matcher(call.group(3)).find() ? Kind.MEMORY : Kind.OTHER);
    }

    /// Whether it comes from CUDA or one of its libraries, whatever else the words say.
    static boolean isIn(String words) {
        return CALL.matcher(words).find();
    }
}
