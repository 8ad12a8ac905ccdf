/// The ports: how connections of REST and gRPC are opened, encrypted, counted and sent away.
@NullMarked
package io.kaon.app.port;

import org.jspecify.annotations.NullMarked;
