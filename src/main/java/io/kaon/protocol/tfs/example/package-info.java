/// The examples that TensorFlow Serving's classify and regress take, and how models without a signature for them serve
/// them all the same: features become inputs, and outputs become classes or values. `RATIONALE.md` says why so.
///
/// Knows neither JSON nor protobuf messages; both are read into [Examples] and written from [ExampleResult].
@NullMarked
package io.kaon.protocol.tfs.example;

import org.jspecify.annotations.NullMarked;
