package io.kaon.batch;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/// The process's threads that the batchers of all versions share.
///
/// @param lanes run what is too long for an event loop
/// @param timer tells callers on time that their deadline has passed; only short tasks are put on it. It must forget
///     what is cancelled at once, or each request's tensors stay until its deadline
/// @param background a platform thread for runs that no client waits for
/// @param watch ends runs that take too long
public record BatchThreads(Lanes lanes, ScheduledExecutorService timer, Executor background, RunWatch watch) {}
