/// Options, flags and files against the types that they become, and against the pages for people.
@NullMarked
package io.kaon.app.config;

import org.jspecify.annotations.NullMarked;
