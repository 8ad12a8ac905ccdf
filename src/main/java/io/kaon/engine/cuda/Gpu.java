package io.kaon.engine.cuda;

/// A GPU that the driver knows.
///
/// @param name for example `NVIDIA H200`
/// @param uuid for example `GPU-5f2c…`
public record Gpu(String name, String uuid) {}
