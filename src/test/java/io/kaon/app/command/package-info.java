/// Commands, without the processes around them.
@NullMarked
package io.kaon.app.command;

import org.jspecify.annotations.NullMarked;
