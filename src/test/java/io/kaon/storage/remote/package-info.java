@NullMarked
package io.kaon.storage.remote;

import org.jspecify.annotations.NullMarked;
