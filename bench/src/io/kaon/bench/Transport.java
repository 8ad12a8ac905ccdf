package io.kaon.bench;

/// How requests reach the model.
enum Transport {
    REST,
    GRPC,
    /// Not at all: a loop in the process that runs the model.
    NONE
}
