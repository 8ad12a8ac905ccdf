package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.storage.remote.Attempts;
import io.kaon.storage.remote.RemoteFetch;
import io.kaon.storage.remote.RemoteFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Directories of HDFS, over WebHDFS (`webhdfs://namenode:9870/models`, `swebhdfs` with TLS) and by Hadoop's
/// own protocol (`hdfs://namenode:8020/models`).
///
/// **What is the same**: a file with the same number, time of change and size. HDFS gives a number to each file that it
/// makes and never gives one twice, so that a file which is written again is a new one, even with the same content.
///
/// **Costs**: a listing is one request for each thousand names in the directory, a description one for each directory,
/// or each thousand names in it.
///
/// Nothing is made before the first call. Safe for use by several threads.
public final class HdfsStore implements ModelStore {
    private static final int ATTEMPTS = 4;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final HdfsClients clients;
    private final Attempts attempts = new Attempts(
            ATTEMPTS, FIRST_PAUSE, () -> ThreadLocalRandom.current().nextDouble(), HdfsFailures::passes);
    private final HdfsFailures failures;
    private final Semaphore fetches;
    private final int most;

    public HdfsStore(HdfsSettings settings) {
        this.clients = new HdfsClients(settings);
        this.failures = new HdfsFailures(settings);
        this.fetches = new Semaphore(settings.connections(), true);
        this.most = settings.mostFiles();
    }

    @Override
    public Listing list(Location base) {
        List<String> directories = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (HdfsEntry entry : entries(base)) {
            String name = entry.name();
            if (!Location.isName(name)) {
                continue;
            }
            if (!entry.isDirectory()) {
                files.add(name);
            } else if (!name.startsWith(".")) {
                directories.add(name);
            }
        }
        // The server sorts by bytes.
        Collections.sort(directories);
        Collections.sort(files);
        return new Listing(directories, files);
    }

    @Override
    public StoredDirectory describe(Location directory) {
        return RemoteFiles.summary(new HdfsTree(directory, most, this::entries).files());
    }

    private List<HdfsEntry> entries(Location directory) {
        List<HdfsEntry> entries;
        try {
            HdfsPlace place = place(directory);
            HdfsClient client = clients.of(place);
            entries = attempts.of(() -> client.entries(place, most));
        } catch (IOException | RuntimeException failure) {
            throw failures.explain(directory, failure);
        }
        if (entries.size() > most) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    directory + " holds more than " + most
                            + " names: check that it is a directory of models or versions," + " or raise "
                            + HdfsSettings.MOST_FILES);
        }
        return entries;
    }

    private static HdfsPlace place(Location location) {
        if (!HdfsStores.SCHEMES.contains(location.scheme())) {
            throw new IllegalArgumentException(location + " is not in HDFS");
        }
        return HdfsPlace.of(location);
    }

    @Override
    public @Nullable Path inPlace(Location directory) {
        return null;
    }

    @Override
    public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
        transfer.check();
        Location directory = wanted.location();
        new RemoteFetch(wanted, new HdfsReader(clients, attempts, failures), fetches, transfer)
                .fetch(new HdfsTree(directory, most, this::entries).files(), into);
    }

    @Override
    public void close() {
        clients.close();
    }
}
