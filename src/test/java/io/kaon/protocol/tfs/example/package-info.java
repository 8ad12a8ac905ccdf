/// Tests of the conventions by which features become inputs and outputs become classes and values.
@NullMarked
package io.kaon.protocol.tfs.example;

import org.jspecify.annotations.NullMarked;
