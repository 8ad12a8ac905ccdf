/// Kaon on Kubernetes: from a plan to the documents that make a cluster run it. A pure function; asks no cluster.
@NullMarked
package io.kaon.kubernetes;

import org.jspecify.annotations.NullMarked;
