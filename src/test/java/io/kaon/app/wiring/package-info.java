@NullMarked
package io.kaon.app.wiring;

import org.jspecify.annotations.NullMarked;
