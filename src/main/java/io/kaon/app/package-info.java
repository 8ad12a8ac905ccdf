/// The outermost ring: command line, wiring, and the order of starting and stopping. Everything here
/// turns text into types or joins what other rooms made; nothing here decides.
@NullMarked
package io.kaon.app;

import org.jspecify.annotations.NullMarked;
