/// Tests of the engines of DJL: the contract, what TorchScript and its declarations are about, and another engine.
@NullMarked
package io.kaon.engine.djl.archive;

import org.jspecify.annotations.NullMarked;
