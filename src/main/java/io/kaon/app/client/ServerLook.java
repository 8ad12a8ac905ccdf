package io.kaon.app.client;

import io.kaon.client.MetricsPage;
import io.kaon.client.ModelReport;
import java.util.List;
import java.util.Optional;

/// What a server said at one moment.
///
/// @param metrics empty where the server tells none
record ServerLook(List<ModelReport> models, Optional<MetricsPage> metrics) {
    ServerLook {
        models = List.copyOf(models);
    }
}
