/// What carries bytes, below every protocol and for all of them: connections, and what they have still to send.
@NullMarked
package io.kaon.transport;

import org.jspecify.annotations.NullMarked;
