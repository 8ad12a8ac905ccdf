/// Tests of the ONNX Runtime engine: the contract, what is peculiar to ONNX, and the standard's published cases.
@NullMarked
package io.kaon.engine.onnx;

import org.jspecify.annotations.NullMarked;
