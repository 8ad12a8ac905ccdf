/// The outermost ring: command line and configuration in this process, the packaged server as a child process.
@NullMarked
package io.kaon.app;

import org.jspecify.annotations.NullMarked;
