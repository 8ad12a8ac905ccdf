/// Between a request and the native call: who runs what, where and when.
///
/// `BatchAssembler` is the pure part (a queue and its rules, given a time); `Batcher` is the shell with the threads.
@NullMarked
package io.kaon.batch;

import org.jspecify.annotations.NullMarked;
