/// How models on mounted volumes are found, and what links, half-made copies and vanishing files do to it.
@NullMarked
package io.kaon.storage.file;

import org.jspecify.annotations.NullMarked;
