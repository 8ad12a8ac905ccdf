package io.kaon.bench;

/// One measurement of one server under one load.
///
/// @param load what the generator saw
/// @param cpuMicros processor time of the server per request that was answered
/// @param residentBytes the server's memory afterwards
record Sample(Load load, double cpuMicros, long residentBytes) {
    double perSecond() {
        return load.answered() / load.seconds();
    }
}
