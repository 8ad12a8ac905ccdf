/// What people see on a terminal: bars, tables, and whether there is a terminal.
@NullMarked
package io.kaon.app.terminal;

import org.jspecify.annotations.NullMarked;
