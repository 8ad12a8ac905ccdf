/// The rules that hold for the whole tree.
@NullMarked
package io.kaon;

import org.jspecify.annotations.NullMarked;
