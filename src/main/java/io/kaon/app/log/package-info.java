/// How events are written to the log: in which format, and each on one line.
@NullMarked
package io.kaon.app.log;

import org.jspecify.annotations.NullMarked;
