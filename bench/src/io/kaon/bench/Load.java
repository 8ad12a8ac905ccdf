package io.kaon.bench;

/// What a load generator saw. Times are in microseconds; 0 where nothing was answered.
///
/// @param answered requests that were answered as they should be
/// @param failed all others: refused, broken off, or not answered in time
/// @param seconds how long requests were sent
record Load(long answered, long failed, double seconds, double p50, double p99, double p999) {}
