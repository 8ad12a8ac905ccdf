/// Tests of `serving`: clocks and threads are driven by hand, except in the tests that are about threads.
@NullMarked
package io.kaon.serving;

import org.jspecify.annotations.NullMarked;
