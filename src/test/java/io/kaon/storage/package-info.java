/// Where models are kept: locations, and which store reads them.
@NullMarked
package io.kaon.storage;

import org.jspecify.annotations.NullMarked;
