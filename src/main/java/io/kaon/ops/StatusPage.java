package io.kaon.ops;

import io.kaon.batch.MergeReport;
import io.kaon.model.VersionStatus;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is known of all models, as JSON, for a port that only operators reach: more than TensorFlow Serving's
/// status may hold, which its clients read.
public final class StatusPage implements Handler<RoutingContext> {
    private final ServingModels models;
    private final DeviceMemory devices;

    public StatusPage(ServingModels models, DeviceMemory devices) {
        this.models = models;
        this.devices = devices;
    }

    /// The driver of a device may take its time, so it is asked elsewhere.
    @Override
    public void handle(RoutingContext routing) {
        if (!devices.isAsked()) {
            answer(routing, page());
            return;
        }
        routing.vertx()
                .executeBlocking(this::page, false)
                .onSuccess(page -> answer(routing, page))
                .onFailure(routing::fail);
    }

    private static void answer(RoutingContext routing, JsonObject page) {
        routing.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(page.encodePrettily() + "\n");
    }

    JsonObject page() {
        JsonObject all = new JsonObject();
        models.models().forEach((name, model) -> all.put(name, of(model)));
        JsonObject page = new JsonObject().put("models", all);
        JsonArray memory = new JsonArray();
        for (DeviceMemory.Use use : devices.now()) {
            memory.add(new JsonObject()
                    .put("device", use.device())
                    .put("name", use.name())
                    .put("totalBytes", use.total())
                    .put("freeBytes", use.free())
                    .put("usedBytes", use.used()));
        }
        return memory.isEmpty() ? page : page.put("devices", memory);
    }

    private static JsonObject of(ServedModel model) {
        JsonArray versions = new JsonArray();
        for (VersionStatus status : model.statuses()) {
            versions.add(of(status, model.versions().get(status.id().version())));
        }
        JsonObject page = new JsonObject();
        if (model.problem() != null) {
            page.put("problem", model.problem());
        }
        if (!model.labels().isEmpty()) {
            JsonObject labels = new JsonObject();
            model.labels().forEach(labels::put);
            page.put("labels", labels);
        }
        return page.put("versions", versions);
    }

    private static JsonObject of(VersionStatus status, @Nullable LoadedModel loaded) {
        JsonObject page = new JsonObject()
                .put("version", status.id().version())
                .put("state", status.phase().name())
                .put("from", status.from());
        if (status.engine() != null) {
            page.put("engine", status.engine());
        }
        if (status.error() != null) {
            page.put("error", status.error().getMessage());
        }
        if (status.progress() != null) {
            page.put("progress", status.progress());
        }
        if (loaded != null) {
            page.put("device", loaded.device());
            if (loaded.fault() != null) {
                page.put("fault", loaded.fault());
            }
            JsonArray signatures = new JsonArray();
            for (MergeReport merging : loaded.merging()) {
                signatures.add(new JsonObject()
                        .put("signature", merging.signature())
                        .put("merging", merging.state().name().toLowerCase(Locale.ROOT))
                        .put("because", merging.reason()));
            }
            page.put("signatures", signatures);
        }
        return page;
    }
}
