/// Text becomes configuration, and configuration becomes what the other rooms are given: options, flags, files,
/// and what is wrong with them.
@NullMarked
package io.kaon.app.config;

import org.jspecify.annotations.NullMarked;
