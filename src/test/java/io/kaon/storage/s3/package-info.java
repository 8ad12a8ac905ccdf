@NullMarked
package io.kaon.storage.s3;

import org.jspecify.annotations.NullMarked;
