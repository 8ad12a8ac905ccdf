@NullMarked
package io.kaon.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
