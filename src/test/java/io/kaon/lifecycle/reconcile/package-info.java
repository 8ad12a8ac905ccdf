@NullMarked
package io.kaon.lifecycle.reconcile;

import org.jspecify.annotations.NullMarked;
