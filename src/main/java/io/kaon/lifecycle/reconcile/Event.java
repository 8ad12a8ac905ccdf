package io.kaon.lifecycle.reconcile;

import io.kaon.lifecycle.load.LoadEvent;
import io.kaon.lifecycle.watch.Announcement;

/// What the reconciler is told. Others post, only the reconciler acts.
public sealed interface Event {
    /// The watcher's word on what is wanted.
    record Announced(Announcement announcement) implements Event {}

    /// The loader's word on one version.
    record Told(LoadEvent event) implements Event {}

    /// A short task for the reconciler's thread.
    record Task(Runnable task) implements Event {}

    /// Unload everything and load nothing more.
    record Stop() implements Event {}
}
