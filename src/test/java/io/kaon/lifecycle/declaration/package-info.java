@NullMarked
package io.kaon.lifecycle.declaration;

import org.jspecify.annotations.NullMarked;
