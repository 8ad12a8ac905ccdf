/// The server's own state, and what orchestrators are told of it.
@NullMarked
package io.kaon.ops;

import org.jspecify.annotations.NullMarked;
