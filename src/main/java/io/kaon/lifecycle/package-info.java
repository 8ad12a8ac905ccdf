/// The control path: which versions ought to exist, which do, and the one next step between the two.
///
/// Watch, reconcile, load, warm up, publish, drain, close. `VersionWatcher` announces whole wanted states,
/// `TransitionPolicy` picks single steps, `Reconciler` alone changes states and publishes, `ModelLoader` does the work
/// on threads of its own, `Lifecycle` owns the threads. Protocols know `DesiredModels` and the records of which a
/// declaration is made, and nothing else of this package.
@NullMarked
package io.kaon.lifecycle;

import org.jspecify.annotations.NullMarked;
