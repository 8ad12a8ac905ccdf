@NullMarked
package io.kaon.protocol.http;

import org.jspecify.annotations.NullMarked;
