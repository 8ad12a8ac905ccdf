package io.kaon.app.command;

import io.kaon.app.config.ConfigProblems;
import io.kaon.kubernetes.document.Base;
import io.kaon.kubernetes.document.Document;
import io.kaon.kubernetes.document.Documents;
import io.kaon.kubernetes.format.DocumentFiles;
import io.kaon.kubernetes.format.HelmChart;
import io.kaon.kubernetes.format.Kustomization;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.PlanNotes;
import io.kaon.kubernetes.plan.PlanProblems;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `manifests`: prints the documents by which Kubernetes runs this server.
public final class ManifestsCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage()
                .description("Prints the Kubernetes documents that run this server for these models.", "")
                .sortOptions(false)
                .footer("%nFor example: kaon manifests --name digits --models s3://bucket/models --replicas 2..10"
                        + " --target-cpu 70 | kubectl apply -f -%n%nOptions of the server in the pods are set with -D:"
                        + " see docs/options.md. docs/kubernetes.md says more.");
        ManifestOptions.ALL.forEach(option -> spec.addOption(option.spec()));
        spec.addOption(PlainCommand.property());
        return spec;
    }

    @Override
    public int run(ParseResult parsed, List<String> errors, PrintWriter out, PrintWriter err) {
        ManifestPlan plan = new PlanReader(parsed, errors).read();
        Format format = new OptionReader(parsed, errors).choice("--format", Format.class, Format.YAML);
        OutputFolder output = OutputFolder.of(parsed);
        if (output.isNamed() == (format == Format.YAML)) {
            errors.add("--out: expected it with --format kustomize or helm, which write files, and only with them");
        }
        if (errors.isEmpty()) {
            errors.addAll(PlanProblems.of(plan));
        }
        if (!errors.isEmpty()) {
            ConfigProblems.print(errors, err);
            return Commands.USAGE;
        }
        PlanNotes.of(plan).forEach(note -> err.println("note: " + note));
        Base base = Base.read();
        List<Document> documents = Documents.of(plan, base);
        if (parsed.hasMatchedOption("--explain")) {
            documents.forEach(document -> out.println(document.kind() + " " + document.name() + ": " + document.why()));
            return 0;
        }
        return switch (format) {
            case YAML -> {
                out.print(DocumentFiles.stream(documents));
                out.flush();
                yield 0;
            }
            case KUSTOMIZE -> output.write(Kustomization.files(plan, documents), out, err);
            case HELM -> output.write(HelmChart.files(plan, base), out, err);
        };
    }

    /// How the documents are written.
    enum Format {
        YAML,
        KUSTOMIZE,
        HELM
    }
}
