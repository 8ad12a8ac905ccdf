package io.kaon.bench;

import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What every scenario works with: folders, generators, and servers that are there until it is closed.
final class Workbench implements AutoCloseable {
    private final BenchOptions options;
    private final Path folder;
    private final Sheet sheet;
    private final Children children;
    private final Wrk wrk;
    private final H2load h2load;
    private final List<Server> servers = new ArrayList<>();

    Workbench(BenchOptions options, Path folder, Sheet sheet) throws IOException {
        this.options = options;
        this.folder = folder;
        this.sheet = sheet;
        children = new Children(folder.resolve("logs"));
        wrk = new Wrk(children, folder);
        h2load = new H2load(children, folder, "h2load");
    }

    BenchOptions options() {
        return options;
    }

    Sheet sheet() {
        return sheet;
    }

    Children children() {
        return children;
    }

    Wrk wrk() {
        return wrk;
    }

    H2load h2load() {
        return h2load;
    }

    /// Where a scenario keeps its files.
    Path folder(String name) {
        return folder.resolve(name);
    }

    /// Starts Kaon, with what `./kaon` passes to the virtual machine except for the sake of the start.
    ///
    /// @param machine further options for its virtual machine
    /// @param models the folder that it serves
    Server kaon(Merging merging, List<String> machine, Path models, String... more) {
        List<String> arguments = new ArrayList<>(List.of(models.toString(), merging.argument()));
        arguments.addAll(List.of(more));
        List<String> javaOptions = new ArrayList<>(List.of("-XX:MetaspaceSize=64m"));
        if (options.flame()) {
            javaOptions.addAll(FlameGraphs.OPTIONS);
        }
        javaOptions.addAll(machine);
        ServerProcess process = ServerProcess.start(javaOptions, arguments, Map.of());
        children.adopt(process.handle());
        return keep(Server.kaon(merging.label(), process.awaitReady()));
    }

    /// Ends a server with the workbench, unless it has ended before.
    Server keep(Server server) {
        servers.add(server);
        return server;
    }

    void say(String text) {
        System.out.println(text);
    }

    @Override
    public void close() {
        servers.forEach(Server::close);
        children.close();
    }
}
