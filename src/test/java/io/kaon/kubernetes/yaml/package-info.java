/// YAML against what its readers take it for.
@NullMarked
package io.kaon.kubernetes.yaml;

import org.jspecify.annotations.NullMarked;
