/// Shapes, tensors and what they refuse.
@NullMarked
package io.kaon.tensor;

import org.jspecify.annotations.NullMarked;
