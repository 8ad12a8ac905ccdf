package io.kaon.testkit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The user as whom the calling thread reads and writes files. Permissions do not bind the superuser, as whom tests run
/// in a container; so until this is closed, by the same thread, its files are looked at as by `nobody`. Where the tests
/// run as another user, nothing changes.
public final class FileUser implements AutoCloseable {
    private static final int SUPERUSER = 0;
    private static final int NOBODY = 65534;

    /// Linux's own call: the user for the file system is the thread's, not the process's.
    @SuppressWarnings("restricted")
    private static final @Nullable MethodHandle SET = Linker.nativeLinker()
            .defaultLookup()
            .find("setfsuid")
            .map(call -> Linker.nativeLinker()
                    .downcallHandle(call, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
            .orElse(null);

    private final boolean wasSuperuser;

    private FileUser(boolean wasSuperuser) {
        this.wasSuperuser = wasSuperuser;
    }

    /// Becomes one whom permissions bind.
    public static FileUser bound() {
        boolean superuser = "root".equals(System.getProperty("user.name"));
        if (superuser) {
            set(NOBODY);
        }
        return new FileUser(superuser);
    }

    /// Becomes the user of before.
    @Override
    public void close() {
        if (wasSuperuser) {
            set(SUPERUSER);
        }
    }

    private static void set(int user) {
        if (SET == null) {
            return;
        }
        try {
            int _ = (int) SET.invokeExact(user);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
