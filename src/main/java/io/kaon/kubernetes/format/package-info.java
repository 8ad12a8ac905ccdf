/// How documents are written, and read: as YAML, as a kustomization, as a chart for Helm.
@NullMarked
package io.kaon.kubernetes.format;

import org.jspecify.annotations.NullMarked;
