/// Engines against each other, against broken files, and against what their bindings do without us.
@NullMarked
package io.kaon.engine;

import org.jspecify.annotations.NullMarked;
