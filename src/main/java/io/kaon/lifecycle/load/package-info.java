/// Turns a stored version into one that can serve, and a version that has served into nothing.
@NullMarked
package io.kaon.lifecycle.load;

import org.jspecify.annotations.NullMarked;
