/// What a signature is asked to show that its rows do not touch each other, and how two answers are compared. Pure: no
/// threads, no clock, no engine.
@NullMarked
package io.kaon.batch.proof;

import org.jspecify.annotations.NullMarked;
