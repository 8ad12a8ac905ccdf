/// Joins what other rooms made: the only room that names every engine, store and protocol.
@NullMarked
package io.kaon.app.wiring;

import org.jspecify.annotations.NullMarked;
