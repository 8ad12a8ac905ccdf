package io.kaon.engine.cuda;

/// A device's memory, in bytes, of all processes together.
///
/// @param device as CUDA counts those that this process may see, for example `cuda:0`
public record GpuMemory(String device, String name, long total, long free, long used) {}
