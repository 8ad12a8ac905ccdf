/// Versions, policies and signatures as values.
@NullMarked
package io.kaon.model;

import org.jspecify.annotations.NullMarked;
