package io.kaon.app;

import org.graalvm.nativeimage.RuntimeOptions;

/// How much garbage the native executable leaves before it collects it.
///
/// Most of what the start allocates is needed once. With a young generation of usual size nothing of it is
/// collected before the first request, and the memory stays the process's; with a small one it is used again,
/// and the start takes no longer. Under load a small one would be collected all the time, so when the start is
/// over the limit is set to what it is where nothing is said, and the collector chooses within that.
///
/// The limit is built into the executable (`-R:MaxNewSize`). Its size is one that nobody asks for, so that what
/// is asked for with `-Xmn` is told apart and stays.
final class StartHeap {
    /// 8 MiB and 64 KiB; `application.properties` says the same.
    private static final long LIMIT = 8_454_144;

    private static final String OPTION = "MaxNewSize";
    /// The part of the heap that may be young where nothing is said.
    private static final int USUAL_PART = 10;

    private StartHeap() {}

    /// From now on garbage is collected as usual. Does nothing on the JVM.
    static void startIsOver() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null
                && RuntimeOptions.<Long>get(OPTION) == LIMIT) {
            RuntimeOptions.set(OPTION, Math.max(LIMIT, Runtime.getRuntime().maxMemory() / USUAL_PART));
        }
    }
}
