/// What a client of a model server knows: addresses, requests, how answers are read and shortened, what many answers
/// say together. Plain Java, for the commands that ask a running server.
@NullMarked
package io.kaon.client;

import org.jspecify.annotations.NullMarked;
