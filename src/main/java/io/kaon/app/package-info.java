/// The outermost ring, and the process's entry, which names every command. Its rooms turn text into types or join what
/// other rooms made; nothing here decides.
@NullMarked
package io.kaon.app;

import org.jspecify.annotations.NullMarked;
