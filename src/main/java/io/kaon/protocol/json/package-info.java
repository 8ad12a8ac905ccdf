/// JSON as the protocols need it: a cursor that reads bytes once and builds no tree, exactly rounded numbers without
/// allocation, base64, and a writer into one growing array.
///
/// The dialect is RapidJSON's as TensorFlow Serving sets it up, a little wider than the standard: `NaN`, `Inf`,
/// `Infinity` and their negatives are numbers, a byte order mark is skipped, and bytes in strings are not required to
/// be UTF-8. Knows no protocol and no element type.
@NullMarked
package io.kaon.protocol.json;

import org.jspecify.annotations.NullMarked;
