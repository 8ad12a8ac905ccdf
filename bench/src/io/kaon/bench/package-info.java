/// The benchmark: how much more than an empty echo and the model's own arithmetic a request costs. See
/// `bench/README.md`.
@NullMarked
package io.kaon.bench;

import org.jspecify.annotations.NullMarked;
