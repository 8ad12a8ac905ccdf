package io.kaon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A volume of GlusterFS, served in a network of its own, and mounted as often as wanted, each time by a client of its
/// own, as other machines would be. It is there for root with FUSE where Debian's packages are installed, which
/// `.ci/servers` does.
public final class Gluster implements AutoCloseable {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE = "no volume of GlusterFS can be mounted here: it takes root, FUSE, network"
            + " namespaces, and glusterfs-server, which .ci/servers installs on Debian";

    private static final Path PROGRAMS = Path.of("src/test/servers/gluster").toAbsolutePath();

    private final ChildServer server;

    private Gluster(ChildServer server) {
        this.server = server;
    }

    public static boolean isThere() {
        return run(PROGRAMS.resolve("can").toString()) == 0;
    }

    /// Starts one that is empty, and waits until it can be mounted: three seconds.
    public static Gluster start() {
        ChildServer server = ChildServer.start(
                List.of(PROGRAMS.resolve("serve").toString()), Map.of(), Pattern.compile("^listens: (.*)"));
        String _ = server.awaitReady();
        return new Gluster(server);
    }

    /// Another client, which mounts the volume at an empty directory.
    public Mount mount(Path directory) {
        // The first process in the namespaces of the server.
        long inside = server.handle().children().findFirst().orElseThrow().pid();
        ChildServer client = ChildServer.start(
                List.of(PROGRAMS.resolve("mount").toString(), Long.toString(inside), directory.toString()),
                Map.of(),
                Pattern.compile("^mounted: (.*)"));
        Mount mount = new Mount(directory, client);
        String _ = client.awaitReady();
        return mount;
    }

    /// Unmount what was mounted before.
    @Override
    public void close() {
        server.close();
    }

    /// One client of the volume.
    public static final class Mount implements AutoCloseable {
        private final Path directory;
        private final ChildServer client;
        private boolean alive = true;

        private Mount(Path directory, ChildServer client) {
            this.directory = directory;
            this.client = client;
        }

        /// Ends the process that answers for the mount, which stays.
        public void kill() {
            if (alive) {
                alive = false;
                client.close();
            }
        }

        /// Leaves the empty directory.
        @Override
        public void close() {
            int _ = run("umount", "--lazy", directory.toString());
            kill();
        }
    }

    private static int run(String... line) {
        try {
            return new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
