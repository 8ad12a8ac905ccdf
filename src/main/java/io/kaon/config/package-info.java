/// What adapters need to declare their own part of the configuration: the ranges of option values.
@NullMarked
package io.kaon.config;

import org.jspecify.annotations.NullMarked;
