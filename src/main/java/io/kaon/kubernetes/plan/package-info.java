/// What a deployment of Kaon is to look like, as values that cannot contradict themselves.
@NullMarked
package io.kaon.kubernetes.plan;

import org.jspecify.annotations.NullMarked;
