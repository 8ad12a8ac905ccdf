package io.kaon.bench;

/// How long one call takes, as JMH measures it.
///
/// @param part what the call belongs to: `codec` or `batcher`
/// @param name the method of the benchmark
/// @param nanos per call, of each iteration
/// @param bytes of heap that one call takes
record Timing(String part, String name, Spread nanos, double bytes) {}
