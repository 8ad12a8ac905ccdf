/// Tests of `batch`: clocks and threads are driven by hand, except in the tests that are about threads.
@NullMarked
package io.kaon.batch;

import org.jspecify.annotations.NullMarked;
