/// Tests of the commands that ask a running server.
@NullMarked
package io.kaon.app.client;

import org.jspecify.annotations.NullMarked;
