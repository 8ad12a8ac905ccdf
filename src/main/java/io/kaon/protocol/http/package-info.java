/// What the REST faces share below their formats: bodies that are counted while they arrive, and answers that free
/// what a request held, whatever becomes of it.
@NullMarked
package io.kaon.protocol.http;

import org.jspecify.annotations.NullMarked;
