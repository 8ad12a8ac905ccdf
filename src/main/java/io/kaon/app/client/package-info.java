/// The commands that ask a running server: predictions, states, labels, configurations.
@NullMarked
package io.kaon.app.client;

import org.jspecify.annotations.NullMarked;
