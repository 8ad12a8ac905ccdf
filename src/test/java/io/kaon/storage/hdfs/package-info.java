@NullMarked
package io.kaon.storage.hdfs;

import org.jspecify.annotations.NullMarked;
