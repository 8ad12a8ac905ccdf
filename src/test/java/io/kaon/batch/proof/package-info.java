@NullMarked
package io.kaon.batch.proof;

import org.jspecify.annotations.NullMarked;
