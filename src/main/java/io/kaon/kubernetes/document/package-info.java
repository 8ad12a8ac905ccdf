/// One class for each kind of Kubernetes document: from a plan to fields.
@NullMarked
package io.kaon.kubernetes.document;

import org.jspecify.annotations.NullMarked;
