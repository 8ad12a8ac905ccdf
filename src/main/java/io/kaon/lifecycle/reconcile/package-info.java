/// Compares what ought to be with what is, takes one step at a time, and publishes snapshots.
@NullMarked
package io.kaon.lifecycle.reconcile;

import org.jspecify.annotations.NullMarked;
