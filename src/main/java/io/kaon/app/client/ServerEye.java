package io.kaon.app.client;

import io.kaon.client.ClientFailure;
import io.kaon.client.MetricsPage;
import io.kaon.client.ModelReference;
import io.kaon.client.ModelReport;
import io.kaon.client.RestAnswer;
import io.kaon.client.RestClient;
import io.kaon.config.ServerDefaults;
import io.kaon.protocol.tfs.TfsMetricsRest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Looks at a server's models and at what it counts. Kaon lists its models; TensorFlow Serving tells of one that is
/// named. Metrics are where TensorFlow Serving has them, or on the management port.
final class ServerEye implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final RestClient rest;
    private final List<RestClient> management;
    private final Optional<String> model;
    private final LongSupplier clock;

    /// @param management asked for metrics where the REST port has none
    /// @param model the only one that is of interest
    ServerEye(RestClient rest, List<RestClient> management, Optional<String> model, LongSupplier clock) {
        this.rest = rest;
        this.management = List.copyOf(management);
        this.model = model;
        this.clock = clock;
    }

    /// @throws ClientFailure when the server refuses or cannot be asked
    ServerLook look() {
        return new ServerLook(model.isPresent() ? List.of(one(model.get())) : all(), metrics());
    }

    private List<ModelReport> all() {
        RestAnswer answer = rest.get("/v1/models");
        if (answer.status() != NOT_FOUND && answer.status() < 500 && answer.status() != 200) {
            // TensorFlow Serving's words: Missing model name in request.
            throw new ClientFailure(
                    Integer.toString(answer.status()),
                    answer.url() + " lists no models, as Kaon does: the server answers with status " + answer.status(),
                    "`kaon status MODEL` works with TensorFlow Serving too");
        }
        return ModelReport.list(answer);
    }

    /// The list has labels, and what hinders a model that has no version.
    private ModelReport one(String name) {
        RestAnswer list = rest.get("/v1/models");
        if (list.status() == 200) {
            Optional<ModelReport> found = ModelReport.list(list).stream()
                    .filter(report -> report.name().equals(name))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        return ModelReport.status(name, rest.get(new ModelReference(name, Optional.empty(), Optional.empty()).path()));
    }

    /// Without them the rest is still worth showing.
    Optional<MetricsPage> metrics() {
        Optional<MetricsPage> page = metrics(rest, TfsMetricsRest.DEFAULT_PATH);
        for (RestClient port : management) {
            page = page.or(() -> metrics(port, ServerDefaults.STANDARD.metricsPath()));
        }
        return page;
    }

    private Optional<MetricsPage> metrics(RestClient client, String path) {
        try {
            RestAnswer answer = client.get(path);
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            return answer.status() == 200 && text.contains("# TYPE ")
                    ? Optional.of(MetricsPage.of(text, clock.getAsLong()))
                    : Optional.empty();
        } catch (ClientFailure _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        rest.close();
        management.forEach(RestClient::close);
    }
}
