package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteFiles;
import java.util.List;

/// One walk through everything below a directory, while others may be writing there. Used once.
final class HdfsTree {
    /// No model is nested like that.
    private static final int MOST_LEVELS = 64;

    /// What `hdfs dfs -put` and `-cp` call a file until it is whole.
    private static final String GROWING = "._COPYING_";

    private final int most;
    private final Lister lister;
    private final Location root;
    private final RemoteFiles files;
    private int directories;

    /// Gives what stands directly in a directory.
    interface Lister {
        /// @throws ServingException STORAGE_FAILED when it does not exist, cannot be read, or holds too much
        List<HdfsEntry> list(Location directory);
    }

    /// @param most files, and as many directories, beyond which it is refused
    HdfsTree(Location root, int most, Lister lister) {
        this.root = root;
        this.most = most;
        this.lister = lister;
        this.files = new RemoteFiles(root, most, HdfsSettings.MOST_FILES);
    }

    /// @throws ServingException STORAGE_FAILED also when a file is being written
    List<RemoteFile> files() {
        files.isThere();
        walk(root, "", 1);
        return files.finish();
    }

    /// @param prefix what comes before the names of the directory's children
    private void walk(Location directory, String prefix, int level) {
        if (level > MOST_LEVELS) {
            throw refused("lies more than " + MOST_LEVELS + " directories deep: \"" + prefix + "\"");
        }
        directories++;
        if (directories > most) {
            throw refused("has more than " + most + " directories: check that it is a version of a model, or raise "
                    + HdfsSettings.MOST_FILES);
        }
        for (HdfsEntry entry : lister.list(directory)) {
            String name = prefix + entry.name();
            if (entry.name().isEmpty() || (entry.isDirectory() && !Location.isName(entry.name()))) {
                throw refused("holds what can have no such name here, below \"" + prefix + "\": rename or remove it");
            }
            if (!entry.isDirectory()) {
                if (entry.name().endsWith(GROWING)) {
                    throw refused("holds \"" + name + "\", which is being copied to it: the version is looked at again;"
                            + " remove the file if the copy was given up");
                }
                files.add(name, name, entry.size(), entry.tag(), entry.changed());
            } else {
                walk(directory.child(entry.name()), name + "/", level + 1);
            }
        }
    }

    private ServingException refused(String what) {
        return new ServingException(ErrorKind.STORAGE_FAILED, root + " " + what);
    }
}
