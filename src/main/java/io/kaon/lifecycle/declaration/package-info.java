/// What the operator declares: which models are wanted, from where, and how each is to be run. Data only, and the one
/// place that holds what is wanted now.
@NullMarked
package io.kaon.lifecycle.declaration;

import org.jspecify.annotations.NullMarked;
