/// TorchScript archives as files: what their code says of a model, what libtorch would not survive in them, and copies
/// whose loops have a longest time. Knows nothing of DJL.
@NullMarked
package io.kaon.engine.djl.archive;

import org.jspecify.annotations.NullMarked;
