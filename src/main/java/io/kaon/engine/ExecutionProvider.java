package io.kaon.engine;

import java.util.Locale;

/// What computes operators for ONNX Runtime, of those that its Java interface can ask for. A build of it has some of
/// them.
public enum ExecutionProvider {
    CPU,
    CUDA,
    TENSORRT,
    ROCM,
    DNNL,
    OPENVINO,
    XNNPACK,
    COREML,
    NNAPI,
    DIRECTML,
    ACL,
    QNN,
    WEBGPU;

    /// As the operator writes it, for example `tensorrt`.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it runs on a GPU of NVIDIA's.
    public boolean isCuda() {
        return this == CUDA || this == TENSORRT;
    }

    /// Whether it is told to be on a device of its own, which computes while a thread of this process waits.
    public boolean isElsewhere() {
        return switch (this) {
            case CUDA, TENSORRT, ROCM, DIRECTML, QNN, WEBGPU, NNAPI, COREML, OPENVINO -> true;
            case CPU, DNNL, XNNPACK, ACL -> false;
        };
    }
}
