/// What a machine has to offer to engines that compute on NVIDIA's GPUs: the driver, as its management library tells
/// (NVML), and CUDA's libraries, as the system's loader finds them. Nothing here is loaded before an engine asks.
@NullMarked
package io.kaon.engine.cuda;

import org.jspecify.annotations.NullMarked;
