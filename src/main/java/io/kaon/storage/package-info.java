/// The seam to where models are kept. A store lists what stands in a location,
/// describes what stands below it, and says where engines find it or copies it there. One
/// folder per scheme below this package; `ModelStoreContract` in the tests says what each must do.
@NullMarked
package io.kaon.storage;

import org.jspecify.annotations.NullMarked;
