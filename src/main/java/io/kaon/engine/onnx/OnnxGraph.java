package io.kaon.engine.onnx;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What we must know of a model's graph and ONNX Runtime's Java API does not tell.
///
/// @param inputs declared types by name, without those that have a default
/// @param fixed names of the inputs that have a default; ONNX Runtime's Java API lets no request change it
/// @param outputs declared types by name
/// @param classes by the name of a `ZipMap` node's output: the keys of its maps, all [Long] or all [String]
/// @param externalFiles the files of their own in which weights stand, relative to the model's file, each with the
///     name of the first tensor in it
/// @param readsStrings whether a node looks at the characters of strings, where others only move them
/// @param controlFlow whether a node decides by values what is computed, and how often
/// @param garbled a string that the graph itself may answer with, and that would not arrive as it stands there; null
///     if there is none
record OnnxGraph(
        Map<String, ValueType> inputs,
        Set<String> fixed,
        Map<String, ValueType> outputs,
        Map<String, List<Object>> classes,
        Map<String, String> externalFiles,
        boolean readsStrings,
        boolean controlFlow,
        @Nullable String garbled) {

    /// Of a file that could not be read. ONNX Runtime will say what is wrong with it.
    static final OnnxGraph UNREADABLE =
            new OnnxGraph(Map.of(), Set.of(), Map.of(), Map.of(), Map.of(), true, true, null);

    /// The declared type of an input or output.
    ///
    /// @param element the element type's number in the standard; of tensors only, 0 otherwise
    /// @param shaped whether a shape is declared; of tensors only
    /// @param text as messages show it, for example `sequence(map(INT64,FLOAT))`
    record ValueType(Kind kind, int element, boolean shaped, String text) {
        /// Nothing is declared: ONNX Runtime infers it.
        static final ValueType UNDECLARED = new ValueType(Kind.UNDECLARED, 0, false, "undeclared");

        static ValueType tensor(int element, boolean shaped) {
            return new ValueType(Kind.TENSOR, element, shaped, ElementTypes.name(element));
        }

        static ValueType other(String text) {
            return new ValueType(Kind.OTHER, 0, false, text);
        }
    }

    enum Kind {
        UNDECLARED,
        TENSOR,
        /// Sequence, map, optional, sparse tensor or opaque.
        OTHER
    }
}
