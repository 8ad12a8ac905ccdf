@NullMarked
package io.kaon.engine.cuda;

import org.jspecify.annotations.NullMarked;
