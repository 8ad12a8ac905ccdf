package io.kaon.app.command;

import io.kaon.app.config.ConfigProblems;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/// Where a command writes files. What stands there already and says something else is not replaced unless that is asked
/// for: it may be the work of a person.
final class OutputFolder {
    private final @Nullable Path folder;
    private final boolean overwrites;

    private OutputFolder(@Nullable Path folder, boolean overwrites) {
        this.folder = folder;
        this.overwrites = overwrites;
    }

    static OutputFolder of(ParseResult parsed) {
        String told = parsed.matchedOptionValue("--out", null);
        return new OutputFolder(told == null ? null : Path.of(told), parsed.hasMatchedOption("--overwrite"));
    }

    boolean isNamed() {
        return folder != null;
    }

    /// Writes all files, or none.
    ///
    /// @param files texts by the paths of files below the folder
    /// @return the exit status
    int write(Map<String, String> files, PrintWriter out, PrintWriter err) {
        if (folder == null) {
            throw new IllegalStateException("no folder to write to");
        }
        try {
            List<String> others = new ArrayList<>();
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                if (Files.exists(path) && !Files.readString(path).equals(file.getValue())) {
                    others.add(path.toString());
                }
            }
            if (!overwrites && !others.isEmpty()) {
                ConfigProblems.print(
                        List.of("these files are there and say something else: " + String.join(", ", others)
                                + "; expected another --out, or --overwrite"),
                        err);
                return 1;
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
                out.println(path);
            }
            return 0;
        } catch (IOException failure) {
            ConfigProblems.print(List.of(folder + " cannot be written: " + StoreChoice.reason(failure)), err);
            return 1;
        }
    }
}
