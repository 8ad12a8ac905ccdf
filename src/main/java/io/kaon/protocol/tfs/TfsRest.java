package io.kaon.protocol.tfs;

import io.kaon.batch.Deadline;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.protocol.http.HttpExchange;
import io.kaon.protocol.http.HttpLimits;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.example.ClassifyMethod;
import io.kaon.protocol.tfs.example.ExampleInputs;
import io.kaon.protocol.tfs.example.ExampleMethod;
import io.kaon.protocol.tfs.example.RegressMethod;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.kaon.tensor.NamedTensors;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// TensorFlow Serving's REST API: a route handler on the event loop.
///
/// A predict request goes: body, lease, read, infer, write. Without a lease the body is still checked first, because
/// the reference reports broken JSON before an unknown model. Classify and regress read before they borrow. Everything
/// that a request holds is registered with its [HttpExchange] and given back there.
public final class TfsRest implements Handler<RoutingContext> {
    private static final Logger LOG = Logger.getLogger(TfsRest.class);
    private static final String JSON = "application/json";

    /// Which version answers a predict request, also when it answers that the values are wrong.
    private static final CharSequence VERSION = HttpHeaders.createOptimized("X-Kaon-Model-Version");

    private final TfsModels models;
    private final HttpLimits limits;
    private final Duration timeout;
    private final Coercion coercion;
    private final LongSupplier clock;

    /// @param timeout how long a request may wait and run; converting comes on top
    /// @param clock nanoseconds, as [System#nanoTime()]
    public TfsRest(ServingModels models, HttpLimits limits, Duration timeout, Coercion coercion, LongSupplier clock) {
        this.models = new TfsModels(models);
        this.limits = limits;
        this.timeout = timeout;
        this.coercion = coercion;
        this.clock = clock;
    }

    /// Answers what is under `/v1/` and passes everything else on.
    @Override
    public void handle(RoutingContext routing) {
        TfsRoute route = TfsRoutes.of(
                routing.request().method().name(), routing.request().uri());
        if (route instanceof TfsRoute.NotApi) {
            routing.next();
            return;
        }
        HttpExchange exchange = new HttpExchange(routing, limits);
        try {
            answer(exchange, route, routing.request().getHeader(HttpHeaders.ORIGIN));
        } catch (RuntimeException failure) {
            fail(exchange, failure);
        }
    }

    private void answer(HttpExchange exchange, TfsRoute route, @Nullable String origin) {
        switch (route) {
            case TfsRoute.Predict(var model, var version) ->
                infer(exchange, body -> predict(exchange, model, version, body));
            case TfsRoute.Classify(var model, var version) ->
                infer(exchange, body -> examples(exchange, model, version, body, ClassifyMethod::of));
            case TfsRoute.Regress(var model, var version) ->
                infer(exchange, body -> examples(exchange, model, version, body, RegressMethod::of));
            case TfsRoute.Models _ -> send(exchange, TfsModelJson.list(models.all()));
            case TfsRoute.Status(var model, var version) ->
                send(exchange, TfsModelJson.status(models.statuses(model, version)));
            case TfsRoute.Metadata(var model, var version) -> {
                try (ModelLease lease = models.lease(model, version)) {
                    send(exchange, TfsModelJson.metadata(lease.id(), lease.signatures()));
                }
            }
            case TfsRoute.Preflight _ -> {
                boolean crossOrigin = origin != null && (origin.contains("http://") || origin.contains("https://"));
                exchange.answer(crossOrigin ? 200 : 400, JSON, new byte[0], 0);
            }
            case TfsRoute.Malformed(var message) -> throw new ServingException(ErrorKind.INVALID_REQUEST, message);
            case TfsRoute.VersionTooLarge _ -> exchange.answer(400, JSON, new byte[0], 0);
            case TfsRoute.NotApi _ -> throw new IllegalStateException("not ours to answer");
        }
    }

    private void infer(HttpExchange exchange, Function<byte[], CompletableFuture<JsonText>> answer) {
        exchange.readBody(
                body -> {
                    CompletableFuture<?> _ = answer.apply(body)
                            .handle((written, failure) -> {
                                if (failure != null) {
                                    fail(exchange, failure);
                                } else {
                                    exchange.answer(200, JSON, written.bytes(), written.length());
                                }
                                return null;
                            })
                            .exceptionally(bug -> {
                                LOG.error("an answer could not be written", bug);
                                exchange.drop();
                                return null;
                            });
                },
                failure -> fail(exchange, failure));
    }

    private CompletableFuture<JsonText> predict(
            HttpExchange exchange, String model, VersionSelector version, byte[] body) {
        ModelLease lease;
        try {
            lease = borrow(exchange, model, version);
        } catch (ServingException refusal) {
            return exchange.convert(body.length, () -> {
                TfsJson.checkPredict(body, body.length);
                throw refusal;
            });
        }
        return exchange.convert(body.length, () -> {
                    PredictCall call = TfsJson.readPredict(body, body.length, lease.signatures(), coercion);
                    return new RestCall(
                            call.signature(),
                            call.inputs(),
                            Set.of(),
                            outputs -> TfsJson.writePredict(call.form(), outputs));
                })
                .thenCompose(call -> run(exchange, lease, call));
    }

    private CompletableFuture<JsonText> examples(
            HttpExchange exchange,
            String model,
            VersionSelector version,
            byte[] body,
            Function<ModelSignature, ExampleMethod> methodOf) {
        return exchange.convert(body.length, () -> TfsJson.readExamples(body, body.length))
                .thenCompose(call -> {
                    ModelLease lease = borrow(exchange, model, version);
                    return exchange.convert(body.length, () -> restCall(lease, call, methodOf))
                            .thenCompose(ready -> run(exchange, lease, ready));
                });
    }

    private RestCall restCall(ModelLease lease, ExampleCall call, Function<ModelSignature, ExampleMethod> methodOf) {
        ExampleMethod method = methodOf.apply(TfsModels.exampleSignature(lease, call.signatureName()));
        int examples = call.examples().count();
        return new RestCall(
                method.signature(),
                ExampleInputs.of(
                        method.signature(), call.examples(), limits.inFlight().limit()),
                method.outputs(),
                outputs -> TfsJson.writeResult(method.result(outputs, examples)));
    }

    private ModelLease borrow(HttpExchange exchange, String model, VersionSelector version) {
        ModelLease lease = models.lease(model, version);
        exchange.atEnd(lease::close);
        exchange.header(VERSION, Long.toString(lease.id().version()));
        return lease;
    }

    private CompletableFuture<JsonText> run(HttpExchange exchange, ModelLease lease, RestCall call) {
        if (exchange.hasEnded()) {
            // The lease has gone home with the client, so the version may be gone too.
            throw new ServingException(ErrorKind.CANCELLED, "the client has left");
        }
        exchange.holdInsteadOfBody(call.inputs().byteSize());
        Deadline deadline = Deadline.after(clock.getAsLong(), timeout);
        CompletableFuture<NamedTensors> outputs =
                lease.infer(call.signature(), call.inputs(), call.wanted(), deadline, exchange.eventLoop());
        // Nobody runs a model for a client that has left.
        exchange.atEnd(() -> outputs.cancel(false));
        return outputs.thenCompose(result ->
                exchange.convert(result.byteSize(), () -> call.writer().apply(result)));
    }

    private static void send(HttpExchange exchange, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.answer(200, JSON, bytes, bytes.length);
    }

    private static void fail(HttpExchange exchange, Throwable failure) {
        if (exchange.hasEnded()) {
            return;
        }
        ServingException known = TfsErrors.answerable(failure);
        JsonText error = TfsJson.error(known);
        exchange.answer(TfsErrors.httpStatus(known.kind()), JSON, error.bytes(), error.length());
    }
}
