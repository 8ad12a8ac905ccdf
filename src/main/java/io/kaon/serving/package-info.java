/// The hot path: a request borrows a version, asks it to infer, gives it back. It never waits for loading, and knows
/// nothing of it.
@NullMarked
package io.kaon.serving;

import org.jspecify.annotations.NullMarked;
