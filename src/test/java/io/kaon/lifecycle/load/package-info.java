@NullMarked
package io.kaon.lifecycle.load;

import org.jspecify.annotations.NullMarked;
