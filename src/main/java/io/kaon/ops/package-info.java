/// What the server says about itself to those who run it: health.
@NullMarked
package io.kaon.ops;

import org.jspecify.annotations.NullMarked;
