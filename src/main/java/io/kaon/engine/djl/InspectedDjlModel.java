package io.kaon.engine.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.engine.WeightFiles;
import io.kaon.engine.djl.archive.ForwardMethod;
import io.kaon.engine.djl.archive.LimitedCopy;
import io.kaon.engine.djl.archive.TorchArchive;
import io.kaon.engine.djl.archive.TorchCode;
import io.kaon.engine.djl.declaration.Declaration;
import io.kaon.engine.djl.declaration.ModelFolder;
import io.kaon.engine.djl.declaration.ServingProperties;
import io.kaon.engine.djl.declaration.TritonConfig;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NativeSlab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A directory whose files have been read, but for the weights.
///
/// @param torch null if another engine than PyTorch has the model
record InspectedDjlModel(
        ModelFolder folder,
        DjlSignature signature,
        @Nullable TorchModel torch,
        long memoryBytes,
        ThreadLocal<NativeSlab> slabs)
        implements InspectedModel {
    /// @param slabs for the inputs of all sessions
    static InspectedDjlModel of(Path directory, ThreadLocal<NativeSlab> slabs) {
        ModelFolder folder = ModelFolder.of(directory);
        Path file = directory.resolve(folder.modelFile());
        Declaration declaration = folder.declaration();
        long bytes = WeightFiles.bytes(List.of(file));
        if (!folder.engine().equals(ModelFolder.PYTORCH)) {
            if (declaration == null) {
                throw new ServingException(
                        ErrorKind.UNSUPPORTED,
                        folder.modelFile() + ": DJL does not tell the types of its tensors: declare them in "
                                + TritonConfig.FILE + ", or in " + ServingProperties.FILE
                                + " with lines such as kaon.input.NAME=FLOAT[-1,10] and kaon.output.NAME=FLOAT[-1]");
            }
            return new InspectedDjlModel(folder, DjlSignature.declared(declaration), null, bytes, slabs);
        }
        TorchArchive archive = TorchArchive.read(file);
        ForwardMethod forward = ForwardMethod.of(archive);
        if (declaration == null) {
            throw DeclarationTemplate.missing(folder.modelFile(), forward, archive.traced());
        }
        TorchBinding binding = TorchBinding.of(forward, declaration);
        TorchCode code = TorchCode.of(archive.sources().values());
        return new InspectedDjlModel(
                folder,
                DjlSignature.of(binding, code, declaration.mostRows()),
                new TorchModel(binding.form(), code),
                bytes,
                slabs);
    }

    /// @param form how its forward takes tensors
    record TorchModel(TorchBinding.Form form, TorchCode code) {}

    @Override
    public boolean keepsReading() {
        return false;
    }

    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        Path file = directory.resolve(folder.modelFile());
        DjlLibrary.Started library = DjlLibrary.start(folder.engine(), settings);
        DjlDevice device = DjlDevice.of(library.engine(), settings.device());
        Duration longest = settings.longestRun();
        if (torch == null || !torch.code().loops() || longest.isZero()) {
            return open(file, library, device, settings);
        }
        try (LimitedCopy copy = LimitedCopy.of(file, longest)) {
            return open(copy.file(), library, device, settings);
        }
    }

    private EngineSession open(Path file, DjlLibrary.Started library, DjlDevice device, EngineSettings settings) {
        Model model = library.engine().newModel(folder.modelFile(), device.device());
        try {
            Map<String, String> options = folder.options();
            model.load(file, null, options.isEmpty() ? null : options);
            return new DjlSession(
                    model,
                    call(model, library),
                    signature,
                    library.intraOpThreads() == 1 && library.interOpThreads() == 1 && !device.isGpu(),
                    !device.isGpu() && (torch == null || !torch.code().loops()),
                    device.text(),
                    notice(device, library, settings),
                    slabs);
        } catch (IOException | MalformedModelException | EngineException | IllegalArgumentException failure) {
            model.close();
            throw DjlErrors.ofLoad(folder.engine(), failure);
        } catch (RuntimeException | Error failure) {
            model.close();
            throw failure;
        }
    }

    private ModelCall call(Model model, DjlLibrary.Started library) {
        if (torch == null) {
            return new BlockCall(model.getBlock());
        }
        PtSymbolBlock block = (PtSymbolBlock) model.getBlock();
        JniUtils.enableInferenceMode(block);
        return new TorchCall(block, torch.form(), library.intraOpThreads());
    }

    private @Nullable String notice(DjlDevice device, DjlLibrary.Started library, EngineSettings settings) {
        boolean other = library.intraOpThreads() != settings.intraOpThreads()
                || library.interOpThreads() != settings.interOpThreads();
        String threads = folder.engine() + " computes with " + library.intraOpThreads() + " threads in an operator and "
                + library.interOpThreads() + " between operators, as the first of its models was loaded with";
        if (!other || torch == null) {
            return device.notice();
        }
        return device.notice() == null ? threads : device.notice() + "; " + threads;
    }
}
