package io.kaon.storage.file;

import io.kaon.model.ModelFiles;
import io.kaon.storage.DirectorySummary;
import io.kaon.storage.Listing;
import io.kaon.storage.StoredDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file that is a model by itself, such as `iris.onnx`, seen as a directory that holds it under the name by which an
/// engine knows it, `model.onnx`.
///
/// What belongs to it is seen there too, under its own name: files that begin with the file's name, as
/// exporters call external weights (`iris.onnx.data`, `iris.onnx_data`), those with its name and an ending for
/// weights, and the files in which Triton's and DJL's models declare what the model's file does not say.
/// Everything else beside it is none of it.
///
/// The file may be a link, since it is named itself; a link that belongs to it is held to [LinkBounds].
final class SingleFile {
    private static final List<String> WEIGHTS = List.of(".data", ".bin", ".weights");
    private static final Set<String> DECLARATIONS = Set.of("config.pbtxt", "serving.properties");

    /// Where each file stands, by the name under which it is seen.
    private final Map<String, Path> files;

    private final Path file;
    private final LinkBounds bounds;

    private SingleFile(Path file, Map<String, Path> files, LinkBounds bounds) {
        this.file = file;
        this.files = files;
        this.bounds = bounds;
    }

    /// @param path of a file or a directory
    /// @param links folders that links may lead to
    /// @return nothing for a directory, for a file that is no model, and where there is nothing
    static Optional<SingleFile> at(Path path, ModelFiles modelFiles, List<Path> links) throws IOException {
        Path name = path.getFileName();
        Path folder = path.getParent();
        Optional<String> seen =
                name == null || folder == null ? Optional.empty() : modelFiles.nameOfSingle(name.toString());
        FileStamp stamp = seen.isEmpty() ? null : FileStamp.of(path);
        if (stamp == null || !stamp.isFile() || folder == null) {
            return Optional.empty();
        }
        Map<String, Path> files = new TreeMap<>();
        for (String other : FileTree.names(folder)) {
            if (belongs(other, path.getFileName().toString())) {
                files.put(other, folder.resolve(other));
            }
        }
        files.put(seen.get(), path);
        return Optional.of(new SingleFile(path, files, LinkBounds.of(folder, links)));
    }

    private static boolean belongs(String other, String file) {
        String stem = file.substring(0, file.lastIndexOf('.'));
        return (other.startsWith(file) && other.length() > file.length())
                || DECLARATIONS.contains(other)
                || WEIGHTS.stream().anyMatch(ending -> other.equals(stem + ending));
    }

    Listing listing() {
        return new Listing(List.of(), List.copyOf(files.keySet()));
    }

    /// As [FileTree#walk].
    StoredDirectory walk(FileTree.@Nullable Visitor visitor) throws IOException {
        DirectorySummary summary = new DirectorySummary();
        for (Map.Entry<String, Path> seen : files.entrySet()) {
            Path path = seen.getValue();
            FileStamp stamp = FileStamp.of(path);
            if (stamp == null || !stamp.isFile()) {
                continue;
            }
            if (stamp.isLink() && !path.equals(file)) {
                bounds.require(path);
            }
            summary.changed(stamp.changed());
            summary.file(seen.getKey(), stamp.size(), stamp.times());
            if (visitor != null) {
                visitor.file(seen.getKey(), path, stamp);
            }
        }
        return summary.finish();
    }
}
