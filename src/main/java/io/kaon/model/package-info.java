/// What the server talks about: models, versions, signatures, status and the closed list of what can go wrong.
@NullMarked
package io.kaon.model;

import org.jspecify.annotations.NullMarked;
