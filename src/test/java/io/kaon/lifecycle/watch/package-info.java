@NullMarked
package io.kaon.lifecycle.watch;

import org.jspecify.annotations.NullMarked;
