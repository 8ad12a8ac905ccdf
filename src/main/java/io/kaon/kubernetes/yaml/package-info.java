/// YAML as Kubernetes' own reader understands it.
@NullMarked
package io.kaon.kubernetes.yaml;

import org.jspecify.annotations.NullMarked;
