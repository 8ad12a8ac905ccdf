/// Commands, without the processes around them.
@NullMarked
package io.kaon.app.model;

import org.jspecify.annotations.NullMarked;
