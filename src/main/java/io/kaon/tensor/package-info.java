/// What flows through the server: typed, shaped values and their descriptions.
///
/// Imports nothing of ours. Knows no wire format: the names and numbers that a protocol or an engine gives to an
/// element type live with that protocol or engine.
@NullMarked
package io.kaon.tensor;

import org.jspecify.annotations.NullMarked;
