package io.kaon.engine.djl.archive;

import java.util.List;

/// A tensor in a pickle.
///
/// @param kind of its numbers, as PyTorch names it, such as `Float`
public record FoundTensor(String kind, List<Long> sizes) {
    /// As Triton names its type; that of most tensors if it has no name for it.
    public String declared() {
        return switch (kind) {
            case "Double" -> "TYPE_FP64";
            case "Half" -> "TYPE_FP16";
            case "Byte" -> "TYPE_UINT8";
            case "Char" -> "TYPE_INT8";
            case "Int" -> "TYPE_INT32";
            case "Long" -> "TYPE_INT64";
            case "Bool" -> "TYPE_BOOL";
            default -> "TYPE_FP32";
        };
    }
}
