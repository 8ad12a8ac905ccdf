/// Looks into stores and says which versions ought to be loaded.
@NullMarked
package io.kaon.lifecycle.watch;

import org.jspecify.annotations.NullMarked;
