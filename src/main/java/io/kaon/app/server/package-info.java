/// The running server: the order in which it starts and stops, and what it reports when it has started.
@NullMarked
package io.kaon.app.server;

import org.jspecify.annotations.NullMarked;
