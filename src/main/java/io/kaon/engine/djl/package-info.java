/// The engines that DJL knows, behind the engine seam: TorchScript in PyTorch above all.
///
/// The only package that knows `ai.djl`, TorchScript's archives and the files that declare a model's signature beside
/// them. What they do not say or do by themselves, and what we do about it, is in `RATIONALE.md` beside this file.
@NullMarked
package io.kaon.engine.djl;

import org.jspecify.annotations.NullMarked;
