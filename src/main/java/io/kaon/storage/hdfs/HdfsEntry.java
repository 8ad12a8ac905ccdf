package io.kaon.storage.hdfs;

import java.time.Instant;

/// A file or directory, as a listing tells of it.
///
/// @param name its last segment
/// @param tag of a file; changes whenever another is put in its place or it is written to. HDFS numbers files as it
///     makes them and never gives a number twice
record HdfsEntry(String name, boolean isDirectory, long size, String tag, Instant changed) {}
