/// What the stores have in common that are reached over a network: which names become files, the copy that grows and is
/// gone on with, and requests at the same time for files and parts of files. A store of its own brings listings, a
/// [io.kaon.storage.remote.RemoteReader] and words for what fails.
@NullMarked
package io.kaon.storage.remote;

import org.jspecify.annotations.NullMarked;
