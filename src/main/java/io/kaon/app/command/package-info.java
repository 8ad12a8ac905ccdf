/// The command line: what its first word names, each a class of its own. `serve` hands over to the framework, every
/// other command runs on the plain core.
@NullMarked
package io.kaon.app.command;

import org.jspecify.annotations.NullMarked;
