package io.kaon.engine;

import io.kaon.engine.djl.DjlEngine;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.engine.tensorflow.TensorflowEngine;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.BrokenArchive;
import io.kaon.testkit.BrokenBytes;
import io.kaon.testkit.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// The process in which broken models are loaded, and run where they load: it may die of it.
///
/// Arguments: a directory with a sound model, which is changed; the files in it to break; a seed; the number of the
/// first input and of the one behind the last. Before an input is tried its number is written to standard
/// output, and afterwards what came of it.
public final class BrokenModelLoads {
    static final String REFUSED = "refused";
    static final String LOADED = "loaded";
    static final String SURPRISED = "surprised";

    private BrokenModelLoads() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        List<Path> files = List.of(arguments[1].split(",")).stream()
                .map(directory::resolve)
                .toList();
        long seed = Long.parseLong(arguments[2]);
        Engine engine = List.of(new OnnxEngine(), new TensorflowEngine(), new DjlEngine()).stream()
                .filter(candidate -> candidate.recognises(directory))
                .findFirst()
                .orElseThrow();
        for (int i = Integer.parseInt(arguments[3]); i < Integer.parseInt(arguments[4]); i++) {
            Random random = new Random(seed + i);
            Path file = files.get(random.nextInt(2) == 0 ? 0 : random.nextInt(files.size()));
            byte[] sound = Files.readAllBytes(file);
            Files.write(file, broken(file, sound, random));
            System.out.println("try " + i);
            System.out.println(outcome(engine, directory));
            Files.write(file, sound);
        }
    }

    /// An archive is broken in an entry too, because checksums tell most of what is broken elsewhere.
    private static byte[] broken(Path file, byte[] sound, Random random) throws IOException {
        return file.toString().endsWith(".pt") && random.nextInt(5) > 0
                ? BrokenArchive.of(sound, random)
                : new BrokenBytes(random).of(sound);
    }

    private static String outcome(Engine engine, Path directory) {
        try (EngineSession session =
                Sessions.load(engine, directory, EngineSettings.defaults().withLongestRun(Duration.ofSeconds(5)))) {
            for (ModelSignature signature : session.signatures().values()) {
                List<NamedTensors> zeros = ZeroInputs.of(signature);
                if (signature.traits().refusal() == null && !zeros.isEmpty()) {
                    run(session, signature, zeros.getFirst());
                }
            }
            return LOADED;
        } catch (ServingException refused) {
            return REFUSED;
        } catch (RuntimeException | Error surprise) {
            surprise.printStackTrace();
            return SURPRISED + " " + surprise;
        }
    }

    private static void run(EngineSession session, ModelSignature signature, NamedTensors inputs) {
        try {
            session.run(signature, inputs, Set.of(), Cancellation.NEVER);
        } catch (ServingException _) {
            // A run may fail, as long as the process lives.
        }
    }
}
