/// The seam to inference engines. An engine inspects a directory once, and from that loads one session or
/// several; a session runs. One folder per engine below this package; `EngineContract` in the tests says what each
/// must do.
@NullMarked
package io.kaon.engine;

import org.jspecify.annotations.NullMarked;
