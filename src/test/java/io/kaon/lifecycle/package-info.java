/// Tests of `lifecycle`: clocks and threads are driven by hand, except in the tests that are about threads.
@NullMarked
package io.kaon.lifecycle;

import org.jspecify.annotations.NullMarked;
