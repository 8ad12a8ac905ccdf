package io.kaon.app.server;

import io.kaon.app.terminal.TextTable;
import io.kaon.client.SampleRequest;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.storage.ByteSize;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a person sees once the initial models have settled: one table, the addresses, and a request that works
/// when pasted.
public final class StartReport {
    private final ServingModels models;
    private final Addresses addresses;
    private final boolean looksAgain;
    private final PrintStream out;

    /// Where clients find what is open.
    ///
    /// @param rest empty if REST is off
    /// @param grpc empty if gRPC is off
    /// @param health base of the management port's addresses; empty if it is off
    public record Addresses(Optional<Rest> rest, Optional<Grpc> grpc, Optional<String> health) {}

    /// @param url base of addresses
    /// @param options what curl needs besides, such as a certificate's file; most often empty
    public record Rest(String url, String options) {
        String target(String path) {
            return (options.isEmpty() ? "" : options + " ") + url + path;
        }
    }

    /// @param place host and port
    /// @param encrypted whether it takes encrypted connections only
    public record Grpc(String place, boolean encrypted) {
        String command(String model) {
            return "kaon predict " + quoted(model) + " --grpc --url " + (encrypted ? "grpcs://" : "") + place;
        }
    }

    /// @param looksAgain whether the stores are looked at again after the start
    public StartReport(ServingModels models, Addresses addresses, boolean looksAgain, PrintStream out) {
        this.models = models;
        this.addresses = addresses;
        this.looksAgain = looksAgain;
        this.out = out;
    }

    void print() {
        TextTable table = new TextTable("MODEL", "VERSION", "ENGINE", "STATE", "LOAD TIME", "SIZE");
        List<String> troubles = new ArrayList<>();
        models.models().forEach((name, served) -> rows(name, served, table, troubles));
        StringBuilder text = new StringBuilder(models.names().isEmpty() ? none() : table.toString());
        troubles.forEach(trouble -> text.append(trouble).append('\n'));
        text.append('\n');
        // One write, and the addresses last: a program that waits for them has seen everything.
        text.append(addressLine()).append('\n');
        sample().ifPresent(line -> text.append("Try:  ").append(line).append('\n'));
        out.print(text);
        out.flush();
    }

    private String none() {
        return looksAgain
                ? "no models yet; they are served as soon as they appear\n"
                : "no models, and none is looked for: kaon.poll-interval (--file_system_poll_wait_seconds) is not above"
                        + " 0; only a reload can add some\n";
    }

    private String addressLine() {
        List<String> parts = new ArrayList<>();
        addresses.rest().ifPresent(rest -> parts.add("REST  " + rest.url()));
        addresses.grpc().ifPresent(grpc -> parts.add("gRPC  " + grpc.place() + (grpc.encrypted() ? " (TLS)" : "")));
        addresses.health().ifPresent(health -> parts.add("health  " + health + "/q/health"));
        return String.join("    ", parts);
    }

    private static void rows(String name, ServedModel served, TextTable table, List<String> troubles) {
        if (served.problem() != null) {
            troubles.add(name + ": " + served.problem());
        }
        for (VersionStatus status : served.statuses()) {
            ServingException error = status.error();
            table.row(
                    name,
                    Long.toString(status.id().version()),
                    status.engine() == null ? "-" : status.engine(),
                    error == null ? status.phase().name() : "FAILED",
                    status.loadTime().isZero() ? "-" : status.loadTime().toMillis() + " ms",
                    ByteSize.text(status.bytes()));
            if (error != null) {
                troubles.add(status.id() + ": " + error.getMessage());
            }
        }
    }

    /// The shortest line of those that the served models take, without a signature's name and without a trace.
    private Optional<String> sample() {
        String best = null;
        for (Map.Entry<String, ServedModel> entry : models.models().entrySet()) {
            if (entry.getValue().versions().isEmpty()) {
                continue;
            }
            try (ModelLease lease = models.lease(entry.getKey(), VersionSelector.LATEST)) {
                ModelSignature signature = lease.signatures().get(ModelSignature.DEFAULT_NAME);
                if (signature == null
                        || signature.traits().refusal() != null
                        || signature.traits().changesState()) {
                    continue;
                }
                Optional<String> line = sample(entry.getKey(), signature);
                if (line.isPresent() && (best == null || line.get().length() < best.length())) {
                    best = line.get();
                }
            } catch (ServingException _) {
                // It went away meanwhile; another will do.
            }
        }
        return Optional.ofNullable(best);
    }

    private Optional<String> sample(String model, ModelSignature signature) {
        return addresses
                .rest()
                .map(rest -> SampleRequest.command(
                        signature, rest.target("/v1/models/" + SampleRequest.pathSegment(model) + ":predict")))
                .orElseGet(() -> addresses.grpc().map(grpc -> grpc.command(model)));
    }

    /// As a shell takes it for one word.
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
