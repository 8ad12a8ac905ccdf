/// Models in S3, and in stores that speak its protocol: Ceph, MinIO, Google's and others. Reads only.
@NullMarked
package io.kaon.storage.s3;

import org.jspecify.annotations.NullMarked;
