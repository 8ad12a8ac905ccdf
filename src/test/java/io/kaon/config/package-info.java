@NullMarked
package io.kaon.config;

import org.jspecify.annotations.NullMarked;
