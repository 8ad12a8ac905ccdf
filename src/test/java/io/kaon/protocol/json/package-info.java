/// The JSON reader and writer against the JDK's arithmetic, against plain re-implementations, and against damage.
@NullMarked
package io.kaon.protocol.json;

import org.jspecify.annotations.NullMarked;
