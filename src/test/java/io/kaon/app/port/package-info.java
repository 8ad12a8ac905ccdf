/// What a port does with calls, certificates and its listening socket, without a server.
@NullMarked
package io.kaon.app.port;

import org.jspecify.annotations.NullMarked;
