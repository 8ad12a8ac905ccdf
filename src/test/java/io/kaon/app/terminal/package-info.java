/// Bars and tables as they are drawn.
@NullMarked
package io.kaon.app.terminal;

import org.jspecify.annotations.NullMarked;
