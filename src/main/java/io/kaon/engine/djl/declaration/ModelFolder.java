package io.kaon.engine.djl.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What lies in the directory of a version: which file is the model, for which engine of DJL, and what is declared.
///
/// @param engine as DJL names it
/// @param modelFile a name in the directory
/// @param declaration null if there is none
/// @param options for DJL's engine
public record ModelFolder(
        String engine, String modelFile, @Nullable Declaration declaration, Map<String, String> options) {
    public static final String TORCHSCRIPT = ".pt";
    public static final String PROPERTIES = ServingProperties.FILE;
    public static final String PYTORCH = "PyTorch";

    private static final long MOST_BYTES = 1 << 20;

    /// @throws ServingException ENGINE_FAILED or UNSUPPORTED, with what was found
    public static ModelFolder of(Path directory) {
        String properties = text(directory.resolve(ServingProperties.FILE));
        ServingProperties serving = ServingProperties.read(properties == null ? "" : properties);
        // Triton keeps it beside the versions, and a copy of one version may have it beside the model.
        String own = text(directory.resolve(TritonConfig.FILE));
        Path parent = directory.toAbsolutePath().getParent();
        String config = own != null || parent == null ? own : text(parent.resolve(TritonConfig.FILE));
        TritonConfig triton = config == null ? null : TritonConfig.read(config);
        String engine = serving.engine() != null
                ? serving.engine()
                : triton != null && triton.engine() != null ? triton.engine() : PYTORCH;
        String named = serving.modelFile() != null ? serving.modelFile() : triton == null ? null : triton.modelFile();
        return new ModelFolder(
                engine,
                modelFile(directory, engine, named),
                serving.declaration() != null ? serving.declaration() : triton == null ? null : triton.declaration(),
                serving.options());
    }

    private static String modelFile(Path directory, String engine, @Nullable String named) {
        List<String> found = files(directory);
        if (named != null) {
            for (String candidate : List.of(named, named + TORCHSCRIPT, named + ".onnx")) {
                if (found.contains(candidate)) {
                    return candidate;
                }
            }
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "the model file " + named + " is not in " + directory + "; found " + found);
        }
        String ending = engine.equals("OnnxRuntime") ? ".onnx" : TORCHSCRIPT;
        List<String> models =
                found.stream().filter(file -> file.endsWith(ending)).toList();
        Path parent = directory.toAbsolutePath().getParent();
        String model = parent == null ? "" : parent.getFileName() + ending;
        for (String candidate : List.of("model" + ending, model)) {
            if (models.contains(candidate)) {
                return candidate;
            }
        }
        if (models.size() == 1) {
            return models.getFirst();
        }
        throw new ServingException(
                ErrorKind.ENGINE_FAILED,
                "expected model" + ending + ", or one *" + ending + ", or its name as default_model_filename in "
                        + TritonConfig.FILE + " or option.modelName in " + ServingProperties.FILE + " in " + directory
                        + "; found " + (models.isEmpty() ? found : models));
    }

    private static List<String> files(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (Files.isRegularFile(child)) {
                    names.add(child.getFileName().toString());
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED, directory + " cannot be read: " + unreadable, unreadable);
        }
        return names.stream().sorted().toList();
    }

    private static @Nullable String text(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return null;
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new ServingException(
                        ErrorKind.ENGINE_FAILED, file + ": expected at most " + MOST_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (CharacterCodingException _) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, file + ": it is not UTF-8 text");
        } catch (IOException failure) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, file + ": " + failure, failure);
        }
    }
}
