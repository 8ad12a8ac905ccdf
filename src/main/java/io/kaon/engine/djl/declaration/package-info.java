/// What stands beside a model and says which tensors it takes and gives: Triton's `config.pbtxt`, DJL's
/// `serving.properties`. Reads text of any origin, within bounds.
@NullMarked
package io.kaon.engine.djl.declaration;

import org.jspecify.annotations.NullMarked;
