/// TensorFlow Serving's API: case by case as recorded from TensorFlow Serving, over real connections, and under attack.
@NullMarked
package io.kaon.protocol.tfs;

import org.jspecify.annotations.NullMarked;
