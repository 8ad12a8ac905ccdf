package io.kaon.app.command;

import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.storage.ByteSize;
import io.kaon.tensor.NamedTensors;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// `check`: prints a model's signatures and runs each once on zeros. The exit status is 1 when a run failed.
public final class CheckCommand {
    private CheckCommand() {}

    public static Command command() {
        return ModelLook.command(
                "Loads a model, runs it once on zeros and says what it found.", (loadTime, session, out) -> {
                    out.println("loaded in " + loadTime.toMillis() + " ms");
                    ModelLook.printSignatures(session, out);
                    boolean sound = true;
                    for (ModelSignature signature : session.signatures().values()) {
                        sound &= runs(signature, session, out);
                    }
                    return sound ? 0 : 1;
                });
    }

    private static boolean runs(ModelSignature signature, EngineSession session, PrintWriter out) {
        if (signature.traits().refusal() != null) {
            return true;
        }
        if (signature.traits().changesState()) {
            out.println("signature " + signature.name() + " was not run: it changes what later calls answer");
            return true;
        }
        List<NamedTensors> zeros = ZeroInputs.of(signature);
        if (zeros.isEmpty()) {
            out.println("signature " + signature.name() + " was not run: its inputs take more than "
                    + ByteSize.text(ZeroInputs.MOST_BYTES));
            return true;
        }
        try {
            NamedTensors accepted =
                    ZeroInputs.accepted(zeros, inputs -> session.run(signature, inputs, Set.of(), Cancellation.NEVER));
            long began = System.nanoTime();
            NamedTensors outputs = session.run(signature, accepted, Set.of(), Cancellation.NEVER);
            out.println("signature " + signature.name() + " ran on zeros in "
                    + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
            outputs.asMap().forEach((name, tensor) -> out.println("  output " + name + "  " + tensor.describe()));
            return true;
        } catch (ServingException failure) {
            out.println("signature " + signature.name() + " failed on zeros: " + failure.getMessage());
            return false;
        }
    }
}
