@NullMarked
package io.kaon.storage.gcs;

import org.jspecify.annotations.NullMarked;
