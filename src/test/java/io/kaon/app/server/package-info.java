/// What a server does and says while it starts.
@NullMarked
package io.kaon.app.server;

import org.jspecify.annotations.NullMarked;
