package io.kaon.bench;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Supplier;

/// Flame graphs of a server under load, by async-profiler, which samples Java, native code and the kernel alike:
/// an HTML page for each load, and a line in the table that adds up where the time goes.
///
/// The profiler is a library that comes as a Maven artifact for Linux on x64 and is loaded into the server's
/// process. It costs some of what it measures, so nothing that is sampled is among the figures of the table.
final class FlameGraphs {
    /// What a server needs so that samples fall on the lines that ran, and so that the profiler may be loaded.
    static final List<String> OPTIONS =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints", "-XX:+EnableDynamicAgentLoading");

    private static final String LIBRARY = "/linux-x64/libasyncProfiler.so";

    private final Workbench bench;
    private final Path folder;
    private final Path library;

    FlameGraphs(Workbench bench) throws IOException {
        this.bench = bench;
        folder = Files.createDirectories(bench.folder("flame")).toAbsolutePath();
        library = folder.resolve("libasyncProfiler.so");
        try (InputStream packed = FlameGraphs.class.getResourceAsStream(LIBRARY)) {
            if (packed == null) {
                throw new IllegalStateException("async-profiler's library is not on the class path");
            }
            Files.copy(packed, library, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// @param name of the files
    /// @param load sends requests and returns when all have been answered
    void record(Server server, String name, Supplier<Load> load) {
        Path stacks = folder.resolve(name + ".collapsed");
        try {
            VirtualMachine machine = VirtualMachine.attach("" + server.pid());
            try {
                machine.loadAgentPath(library.toString(), "start,event=cpu,interval=500us,threads");
                Load _ = load.get();
                machine.loadAgentPath(library.toString(), "dump,collapsed,file=" + stacks);
                machine.loadAgentPath(
                        library.toString(),
                        "stop,flamegraph,title=" + name + ",file=" + folder.resolve(name + ".html"));
            } finally {
                machine.detach();
            }
            String shares = WhereTimeGoes.of(Files.readAllLines(stacks)).text();
            bench.sheet().remark("flame graph " + name + ": " + shares);
            bench.say("flame graph " + name + ": " + shares);
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException refused) {
            throw new IllegalStateException("async-profiler could not be loaded into the server", refused);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
