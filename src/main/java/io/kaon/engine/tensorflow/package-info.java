/// TensorFlow behind the engine seam: a directory with a SavedModel becomes a session on the CPU.
///
/// The only package that knows TensorFlow's C API and the layout of SavedModels. Why it is used in this way is in
/// `RATIONALE.md` beside this file.
@NullMarked
package io.kaon.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
