/// Tests of what a client knows.
@NullMarked
package io.kaon.client;

import org.jspecify.annotations.NullMarked;
