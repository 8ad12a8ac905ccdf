package io.kaon.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The parts of the benchmark, in the order in which they run.
enum Scenario {
    /// JSON to tensors and back, beside Jackson.
    CODEC,
    /// What the batcher costs a request.
    BATCHER,
    /// Closed and open loops over HTTP/1.1.
    REST,
    /// Closed and open loops over gRPC.
    GRPC,
    /// A light model beside a heavy one.
    MIXED,
    /// Far more requests than can be answered.
    OVERLOAD;

    static String names() {
        return Arrays.stream(values())
                .map(scenario -> scenario.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
