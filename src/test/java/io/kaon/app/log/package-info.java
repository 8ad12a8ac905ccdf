@NullMarked
package io.kaon.app.log;

import org.jspecify.annotations.NullMarked;
