/// What tests share: fakes, model writers, contracts and published cases.
@NullMarked
package io.kaon.testkit;

import org.jspecify.annotations.NullMarked;
