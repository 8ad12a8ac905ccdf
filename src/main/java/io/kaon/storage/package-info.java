/// The seam to where models are kept. A store lists what stands under a location and makes a directory local. One
/// folder per scheme below this package; `ModelStoreContract` in the tests says what each must do.
@NullMarked
package io.kaon.storage;

import org.jspecify.annotations.NullMarked;
