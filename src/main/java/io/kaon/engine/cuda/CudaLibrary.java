package io.kaon.engine.cuda;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A library of CUDA's by the name that others are linked to, and the packages that bring it.
///
/// @param name for example `libcublasLt.so.12`
/// @param apt in NVIDIA's repository for Debian and Ubuntu
/// @param pip on PyPI
record CudaLibrary(String name, String apt, String pip) {
    private static final Pattern NAME = Pattern.compile("lib([A-Za-z]+)\\.so\\.([0-9]{1,3})");
    private static final Pattern RUNTIME = Pattern.compile("libcudart\\.so\\.([0-9]{1,3})");

    /// The newest minor version of each major one that NVIDIA's packages were seen with: any other is as good.
    private static final Map<Integer, String> NEWEST = Map.of(11, "11-8", 12, "12-9", 13, "13-0");

    /// What is not among them is part of the system.
    ///
    /// @param cuda the major version of CUDA that the library belongs to
    static Optional<CudaLibrary> of(String name, int cuda) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String version = NEWEST.getOrDefault(cuda, cuda + "-0");
        // From CUDA 13 on, names of its own packages have no version.
        String suffix = cuda < 13 ? "-cu" + cuda : "";
        return switch (parts.group(1)) {
            case "cublas", "cublasLt" -> library(name, "libcublas-" + version, "nvidia-cublas" + suffix);
            case "curand" -> library(name, "libcurand-" + version, "nvidia-curand" + suffix);
            case "cufft" -> library(name, "libcufft-" + version, "nvidia-cufft" + suffix);
            case "cusolver" -> library(name, "libcusolver-" + version, "nvidia-cusolver" + suffix);
            case "cusparse" -> library(name, "libcusparse-" + version, "nvidia-cusparse" + suffix);
            case "cudart" -> library(name, "cuda-cudart-" + version, "nvidia-cuda-runtime" + suffix);
            case "cudnn" -> library(name, "libcudnn" + parts.group(2) + "-cuda-" + cuda, "nvidia-cudnn-cu" + cuda);
            case "nvinfer" -> library(name, "libnvinfer" + parts.group(2), "tensorrt-cu" + cuda + "-libs");
            case "nvonnxparser" -> library(name, "libnvonnxparsers" + parts.group(2), "tensorrt-cu" + cuda + "-libs");
            default -> Optional.empty();
        };
    }

    /// The major version of CUDA that a library is made for which is linked to these.
    static OptionalInt cudaOf(Iterable<String> needed) {
        for (String name : needed) {
            Matcher runtime = RUNTIME.matcher(name);
            if (runtime.matches()) {
                return OptionalInt.of(Integer.parseInt(runtime.group(1)));
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<CudaLibrary> library(String name, String apt, String pip) {
        return Optional.of(new CudaLibrary(name, apt, pip));
    }
}
