/// ONNX Runtime behind the engine seam: a directory with `model.onnx` becomes a session on the processor, or on
/// what else ONNX Runtime computes with.
///
/// The only package that knows `ai.onnxruntime` and the layout of ONNX files. What its Java API cannot do, and what we
/// do about it, is in `RATIONALE.md` beside this file.
@NullMarked
package io.kaon.engine.onnx;

import org.jspecify.annotations.NullMarked;
