/// Commands that look at the files of models, or change them: no server takes part.
@NullMarked
package io.kaon.app.model;

import org.jspecify.annotations.NullMarked;
