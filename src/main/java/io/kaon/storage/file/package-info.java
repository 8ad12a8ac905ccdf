/// Models on mounted volumes: local disks, network file systems, Kubernetes volumes and ConfigMaps. Nothing is copied,
/// nothing is written.
@NullMarked
package io.kaon.storage.file;

import org.jspecify.annotations.NullMarked;
