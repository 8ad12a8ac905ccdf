package io.kaon.ops;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// How much the system's scheduler makes of threads, by which those that compute for long give way to those that have
/// to answer at once. On Linux, where each thread has its own niceness; elsewhere nothing happens.
///
/// A native executable leaves all of this out: calling foreign functions makes it 2.5 MB larger, and not every
/// builder can.
///
/// A thread is nicer for good: the system lets only the superuser take it back.
///
/// Java's own priorities are no way to it, because the virtual machine hands them on to the system only when told to
/// at its start, and then not by as much.
public final class Niceness {
    private static final Logger LOG = Logger.getLogger(Niceness.class);
    private static final Path THREADS = Path.of("/proc/self/task");

    /// Known when the executable is built, so that nothing of what follows gets into it.
    private static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    /// The first argument of setpriority(2): the second names a process, which for Linux can be one thread.
    private static final int PRIO_PROCESS = 0;

    /// A tenth of the weight of the others.
    private static final int NICE = 10;

    /// The second argument of setpriority(2) for the calling thread.
    private static final int THIS_THREAD = 0;

    /// Null until [#lower] has been called.
    private static volatile @Nullable MethodHandle known;

    private Niceness() {}

    /// Makes all threads nicer whose name begins so; also those that native code made on such a thread, since they have
    /// its name and are found where the system lists them. A thread that one of them makes later is as nice as it.
    ///
    /// Takes some tens of milliseconds the first time, so no thread calls this that others wait for.
    ///
    /// @param prefixes of the names, of which Linux keeps 15 characters
    public static void lower(Set<String> prefixes) {
        if (EXECUTABLE || !Files.isDirectory(THREADS)) {
            return;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            MethodHandle setPriority = setPriority();
            known = setPriority;
            for (Path thread : threads) {
                String name = name(thread);
                if (prefixes.stream().anyMatch(name::startsWith)) {
                    int failed = (int) setPriority.invokeExact(
                            PRIO_PROCESS, Integer.parseInt(thread.getFileName().toString()), NICE);
                    if (failed != 0) {
                        LOG.debugf("the niceness of thread %s could not be set", name);
                    }
                }
            }
        } catch (Throwable refused) {
            // Where native calls or /proc are forbidden, the server works, and light requests wait for longer.
            LOG.debug("threads that compute for long do not give way to others", refused);
        }
    }

    /// Makes threads that begin as nice as those that [#lower] has found, which may be long before them: what
    /// relieves a thread computes for as long as that one. Threads that begin before [#lower] are left to it.
    ///
    /// @param threads makes the threads
    public static ThreadFactory lowered(ThreadFactory threads) {
        return work -> threads.newThread(() -> {
            lowerThis();
            work.run();
        });
    }

    private static void lowerThis() {
        MethodHandle setPriority = known;
        if (setPriority == null) {
            return;
        }
        try {
            int failed = (int) setPriority.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
            if (failed != 0) {
                LOG.debug("the niceness of a new thread could not be set");
            }
        } catch (Throwable refused) {
            LOG.debug("a new thread does not give way to others", refused);
        }
    }

    @SuppressWarnings("restricted") // Of this one function the numbers are all that it is given.
    private static MethodHandle setPriority() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /// Empty for a thread that has ended.
    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException _) {
            return "";
        }
    }
}
