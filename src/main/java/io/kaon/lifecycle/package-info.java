/// The control path: which versions ought to exist, which do, and the one next step between the two.
///
/// Four rooms, one task each: `declaration` holds what is wanted, `watch` announces whole wanted states, `load`
/// does the work on threads of its own, `reconcile` picks single steps, alone changes states, and publishes.
/// `Lifecycle` owns the threads and joins them. Protocols know `DesiredModels` and the records of which a
/// declaration is made, and nothing else of the back half.
@NullMarked
package io.kaon.lifecycle;

import org.jspecify.annotations.NullMarked;
