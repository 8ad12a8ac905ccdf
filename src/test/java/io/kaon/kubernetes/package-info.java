/// The documents of Kubernetes, held against what its API server takes.
@NullMarked
package io.kaon.kubernetes;

import org.jspecify.annotations.NullMarked;
