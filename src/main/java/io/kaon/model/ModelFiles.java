package io.kaon.model;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Names of files each of which makes a directory a model's.
///
/// @param patterns whole names such as `model.onnx`, or `*` and an ending, such as `*.pt`; in the order in which
///     messages name them
/// @param single those of the patterns whose file is a model by itself, whatever else the directory holds
public record ModelFiles(List<String> patterns, List<String> single) {
    private static final String ANY = "*";

    public ModelFiles {
        patterns = patterns.stream().distinct().toList();
        single = single.stream().distinct().toList();
    }

    /// Files that are a part of their directory's model.
    public static ModelFiles of(String... patterns) {
        return new ModelFiles(List.of(patterns), List.of());
    }

    /// Files that are models by themselves, so that one may be served without a directory of its own.
    public static ModelFiles single(String... patterns) {
        return new ModelFiles(List.of(patterns), List.of(patterns));
    }

    /// These and those.
    public ModelFiles and(ModelFiles others) {
        return new ModelFiles(joined(patterns, others.patterns), joined(single, others.single));
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /// Under which name an engine finds a file that is a model by itself: `iris.onnx` as `model.onnx`, and `iris.pt` as
    /// `iris.pt`. Nothing for every other file.
    public Optional<String> nameOfSingle(String file) {
        for (String pattern : single) {
            String ending = pattern.substring(pattern.lastIndexOf('.'));
            if (file.endsWith(ending) && file.length() > ending.length()) {
                return Optional.of(pattern.startsWith(ANY) ? file : pattern);
            }
        }
        return Optional.empty();
    }

    /// Whether one of the names is such a file's.
    public boolean areAmong(Collection<String> names) {
        return names.stream().anyMatch(this::match);
    }

    /// Whether a file of this name makes a directory a model's.
    public boolean match(String name) {
        for (String pattern : patterns) {
            if (pattern.startsWith(ANY) ? name.endsWith(pattern.substring(ANY.length())) : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a directory on this machine holds one. Looks at names only, and through the directory only where an
    /// ending has to be looked for; one that cannot be read holds none.
    public boolean areIn(Path directory) {
        boolean onlyWhole = true;
        for (String pattern : patterns) {
            if (pattern.startsWith(ANY)) {
                onlyWhole = false;
            } else if (Files.isRegularFile(directory.resolve(pattern))) {
                return true;
            }
        }
        return !onlyWhole && anyMatchesIn(directory);
    }

    private boolean anyMatchesIn(Path directory) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (match(child.getFileName().toString()) && Files.isRegularFile(child)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // Not there, or not a directory; loading says what is wrong.
        }
        return false;
    }

    /// For messages: `model.onnx or *.pt`.
    @Override
    public String toString() {
        return String.join(" or ", patterns);
    }
}
