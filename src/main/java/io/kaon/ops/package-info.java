/// What the server says about itself to those who run it, and what it asks of the virtual machine.
@NullMarked
package io.kaon.ops;

import org.jspecify.annotations.NullMarked;
