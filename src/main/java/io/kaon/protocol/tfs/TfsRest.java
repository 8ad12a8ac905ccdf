package io.kaon.protocol.tfs;

import io.grpc.Status;
import io.kaon.batch.Deadline;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.protocol.http.HttpExchange;
import io.kaon.protocol.http.HttpLimits;
import io.kaon.protocol.http.RequestBody;
import io.kaon.protocol.http.RestResponse;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.TfsMetrics.Api;
import io.kaon.protocol.tfs.example.ClassifyMethod;
import io.kaon.protocol.tfs.example.ExampleInputs;
import io.kaon.protocol.tfs.example.ExampleMethod;
import io.kaon.protocol.tfs.example.RegressMethod;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// TensorFlow Serving's REST API: a route handler on the event loop.
///
/// A predict request goes: body, lease, read, infer, write. Without a lease the body is still checked first,
/// because TensorFlow Serving reports broken JSON before an unknown model. Classify and regress read before they
/// borrow. Everything that a request holds is registered with its [HttpExchange] and given back there.
public final class TfsRest implements Handler<RoutingContext> {
    /// What may be asked for.
    private static final String TARGETS = "expected GET /v1/models/NAME or POST /v1/models/NAME:predict, :classify or"
            + " :regress; behind NAME there may be /versions/NUMBER or /labels/LABEL, and GET takes /metadata at the end";

    private static final Logger LOG = Logger.getLogger(TfsRest.class);
    private static final String JSON = "application/json";

    /// Seconds after which a client that was refused because others were first may come again.
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");

    /// Which version answers a predict request, also when it answers that the values are wrong.
    private static final CharSequence VERSION = HttpHeaders.createOptimized("X-Kaon-Model-Version");

    /// How many bytes of heap a byte of a body can take until it is answered, by measurement: `1,` becomes four
    /// bytes of a tensor in an array that has grown, which the answer's text takes several times.
    private static final int WEIGHT = 16;

    /// The same where elements are strings: `"a",` becomes an array, and on the way to the model a string.
    private static final int TEXT_WEIGHT = 48;

    /// The same for a byte of a result: four of them become up to sixteen of text, in an array that grows by half and
    /// is then compressed.
    private static final int ANSWER_WEIGHT = 12;

    /// Bytes of a result whose text takes no memory worth waiting for.
    private static final int SMALL_RESULT = 64 << 10;

    private static final RestResponse OK = RestResponse.empty(200, JSON);
    private static final RestResponse BAD_REQUEST = RestResponse.empty(400, JSON);

    /// One request: where it is answered and what is counted of it.
    private record Asked(HttpExchange exchange, TfsMetrics.Call measured) {}

    /// What a target asks for.
    private record Routed(String method, String target, TfsRoute route) {}

    private final TfsModels models;
    private final HttpLimits limits;
    private final TfsRestOptions options;
    private final TfsMetrics metrics;
    private final LongSupplier clock;
    private volatile @Nullable Routed last;

    /// @param clock nanoseconds, as [System#nanoTime()]
    public TfsRest(
            ServingModels models, HttpLimits limits, TfsRestOptions options, TfsMetrics metrics, LongSupplier clock) {
        this.models = new TfsModels(models);
        this.limits = limits;
        this.options = options;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Answers what is under `/v1/` and passes everything else on.
    @Override
    public void handle(RoutingContext routing) {
        TfsRoute route = route(routing.request());
        if (route instanceof TfsRoute.NotApi) {
            routing.next();
            return;
        }
        HttpExchange exchange = new HttpExchange(routing, limits);
        if (options.cors()) {
            exchange.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            exchange.header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET");
            exchange.header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type");
        }
        Asked asked = new Asked(exchange, measured(route));
        try {
            answer(asked, route, routing.request().getHeader(HttpHeaders.ORIGIN));
        } catch (RuntimeException failure) {
            fail(asked, failure);
        }
    }

    /// Clients ask the same again and again, so the last answer is looked at first.
    private TfsRoute route(HttpServerRequest request) {
        String method = request.method().name();
        String target = request.uri();
        Routed known = last;
        if (known != null && known.target.equals(target) && known.method.equals(method)) {
            return known.route;
        }
        TfsRoute route = TfsRoutes.of(method, target);
        last = new Routed(method, target, route);
        return route;
    }

    /// Answers what is refused before any handler sees it: a head that is none
    /// ([io.kaon.protocol.http.RequestHead]), or one without the `Host` header that HTTP/1.1 demands.
    public void refuse(RoutingContext routing) {
        ServingException refused;
        if (routing.failure() instanceof ServingException malformed) {
            refused = malformed;
        } else if (routing.statusCode() == TfsErrors.httpStatus(ErrorKind.INVALID_REQUEST)
                && routing.request().authority() == null) {
            refused = new ServingException(
                    ErrorKind.INVALID_REQUEST, "expected a Host header, as HTTP/1.1 demands; got none");
        } else {
            routing.next();
            return;
        }
        JsonText error = TfsJson.error(refused);
        HttpExchange exchange = new HttpExchange(routing, limits);
        exchange.leaveBody();
        exchange.answer(RestResponse.of(TfsErrors.httpStatus(refused.kind()), JSON, error.bytes(), error.length()));
    }

    private TfsMetrics.Call measured(TfsRoute route) {
        return switch (route) {
            case TfsRoute.Predict predict -> measured(Api.PREDICT, predict.model());
            case TfsRoute.Classify classify -> measured(Api.CLASSIFY, classify.model());
            case TfsRoute.Regress regress -> measured(Api.REGRESS, regress.model());
            case TfsRoute.Status status -> measured(Api.ABOUT, status.model());
            case TfsRoute.Metadata metadata -> measured(Api.ABOUT, metadata.model());
            case TfsRoute.Models _ -> measured(Api.ABOUT, "");
            case TfsRoute.Preflight _ -> measured(Api.ABOUT, "");
            case TfsRoute.Malformed _ -> measured(Api.ABOUT, "");
            case TfsRoute.VersionTooLarge _ -> measured(Api.ABOUT, "");
            case TfsRoute.NotApi _ -> measured(Api.ABOUT, "");
        };
    }

    private TfsMetrics.Call measured(Api api, String model) {
        return metrics.new Call(TfsMetrics.Entrypoint.REST, api, model);
    }

    private void answer(Asked asked, TfsRoute route, @Nullable String origin) {
        switch (route) {
            case TfsRoute.Predict(var model, var version) ->
                infer(asked, model, version, body -> predict(asked, model, version, body));
            case TfsRoute.Classify(var model, var version) ->
                infer(asked, model, version, body -> examples(asked, model, version, body, ClassifyMethod::of));
            case TfsRoute.Regress(var model, var version) ->
                infer(asked, model, version, body -> examples(asked, model, version, body, RegressMethod::of));
            case TfsRoute.Models _ -> send(asked, TfsModelJson.list(models.all()));
            case TfsRoute.Status(var model, var version) ->
                send(asked, TfsModelJson.status(models.statuses(model, version)));
            case TfsRoute.Metadata(var model, var version) -> {
                try (ModelLease lease = models.lease(model, version)) {
                    send(asked, TfsModelJson.metadata(lease.id(), lease.signatures()));
                }
            }
            case TfsRoute.Preflight _ -> {
                boolean crossOrigin = origin != null && (origin.contains("http://") || origin.contains("https://"));
                asked.exchange.answer(crossOrigin ? OK : BAD_REQUEST);
            }
            case TfsRoute.Malformed(var message) ->
                throw new ServingException(ErrorKind.INVALID_REQUEST, message)
                        .withHint(TfsRoutes.colonHint(message).orElse(TARGETS));
            case TfsRoute.VersionTooLarge _ -> {
                asked.measured.failed(Status.Code.INVALID_ARGUMENT);
                asked.exchange.answer(BAD_REQUEST);
            }
            case TfsRoute.NotApi _ -> throw new IllegalStateException("not ours to answer");
        }
    }

    /// Under overload most are refused before their bodies have been looked at.
    private void infer(
            Asked asked,
            String model,
            VersionSelector version,
            Function<RequestBody, CompletableFuture<RestCall>> read) {
        models.admit(model, version);
        asked.exchange.readBody(
                body -> {
                    long weight = (long) body.length() * (models.takesText(model) ? TEXT_WEIGHT : WEIGHT);
                    sendLater(
                            asked,
                            asked.exchange.inTurn(
                                    weight, options.timeout(), () -> read.apply(body), call -> run(asked, call)));
                },
                failure -> fail(asked, failure));
    }

    private CompletableFuture<RestCall> predict(Asked asked, String model, VersionSelector version, RequestBody body) {
        HttpExchange exchange = asked.exchange;
        ModelLease lease;
        try {
            lease = borrow(exchange, model, version);
        } catch (ServingException refusal) {
            if (refusal.kind() == ErrorKind.OVERLOADED) {
                return CompletableFuture.failedFuture(refusal);
            }
            return exchange.convert(body.length(), () -> {
                TfsJson.checkPredict(body.join(), body.length());
                throw refusal;
            });
        }
        return exchange.convert(body.length(), () -> {
            PredictCall call = TfsJson.readPredict(body.join(), body.length(), lease.signatures(), options.coercion());
            return new RestCall(
                    lease,
                    call.signature(),
                    call.inputs(),
                    Set.of(),
                    outputs -> TfsJson.writePredict(call.form(), outputs));
        });
    }

    private CompletableFuture<RestCall> examples(
            Asked asked,
            String model,
            VersionSelector version,
            RequestBody body,
            BiFunction<ModelSignature, ExampleOutputs, ExampleMethod> methodOf) {
        HttpExchange exchange = asked.exchange;
        return exchange.convert(body.length(), () -> TfsJson.readExamples(body.join(), body.length()))
                .thenCompose(call -> {
                    ModelLease lease = borrow(exchange, model, version);
                    asked.measured.examples(call.examples().count());
                    return exchange.convert(body.length(), () -> restCall(lease, call, methodOf));
                });
    }

    private RestCall restCall(
            ModelLease lease, ExampleCall call, BiFunction<ModelSignature, ExampleOutputs, ExampleMethod> methodOf) {
        ExampleMethod method = methodOf.apply(TfsModels.exampleSignature(lease, call.signatureName()), lease.outputs());
        int examples = call.examples().count();
        return new RestCall(
                lease,
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
        lease.admit();
        return lease;
    }

    private CompletableFuture<RestResponse> run(Asked asked, RestCall call) {
        HttpExchange exchange = asked.exchange;
        if (exchange.hasEnded()) {
            // The lease has gone home with the client, so the version may be gone too.
            throw new ServingException(ErrorKind.CANCELLED, "the client has left");
        }
        exchange.holdInsteadOfBody(call.inputs().byteSize(), copies(call.inputs()));
        asked.measured.runs(call.lease());
        Deadline deadline = Deadline.after(clock.getAsLong(), options.timeout());
        CompletableFuture<NamedTensors> outputs =
                call.lease().infer(call.signature(), call.inputs(), call.wanted(), deadline, exchange.eventLoop());
        // No model runs for a client that has left.
        exchange.atEnd(() -> outputs.cancel(false));
        return outputs.thenCompose(result -> {
            asked.measured.ran();
            return written(exchange, call, result);
        });
    }

    /// A large result waits for the memory that its text takes; until then only the result is held.
    private CompletableFuture<RestResponse> written(HttpExchange exchange, RestCall call, NamedTensors result) {
        long bytes = result.byteSize();
        Supplier<CompletableFuture<RestResponse>> writing = () -> exchange.convert(exchange.effort(bytes), () -> {
            JsonText text = call.writer().apply(result);
            return exchange.compress(RestResponse.of(200, JSON, text.bytes(), text.length()));
        });
        if (bytes <= SMALL_RESULT) {
            return writing.get();
        }
        exchange.hold(bytes);
        return exchange.inTurn(bytes * ANSWER_WEIGHT, options.timeout(), writing, CompletableFuture::completedFuture);
    }

    /// Results are about as large as inputs; strings are copied once more on each side of the engine.
    private static int copies(NamedTensors inputs) {
        for (Tensor input : inputs.asMap().values()) {
            if (input instanceof StringTensor) {
                return 6;
            }
        }
        return 2;
    }

    private static void send(Asked asked, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        RestResponse answer = RestResponse.of(200, JSON, bytes, bytes.length);
        sendLater(
                asked,
                asked.exchange.convert(asked.exchange.effort(bytes.length), () -> asked.exchange.compress(answer)));
    }

    /// Sends what becomes of it, an answer or a failure. If not even that can be written, the connection ends.
    private static void sendLater(Asked asked, CompletableFuture<RestResponse> promised) {
        CompletableFuture<?> _ = promised.handle((answer, failure) -> {
                    if (failure != null) {
                        fail(asked, failure);
                    } else {
                        send(asked, answer);
                    }
                    return null;
                })
                .exceptionally(bug -> {
                    LOG.error("an answer could not be written", bug);
                    asked.exchange.drop();
                    return null;
                });
    }

    private static void send(Asked asked, RestResponse answer) {
        try {
            asked.exchange.setAside(answer);
        } catch (ServingException full) {
            fail(asked, full);
            return;
        }
        asked.exchange.answer(answer);
        asked.measured.succeeded();
    }

    private static void fail(Asked asked, Throwable failure) {
        if (asked.exchange.hasEnded()) {
            asked.measured.failed(Status.Code.CANCELLED);
            return;
        }
        ServingException known = TfsErrors.answerable(failure);
        if (known.kind() == ErrorKind.OVERLOADED || known.kind() == ErrorKind.QUEUE_TIMEOUT) {
            asked.exchange.header(RETRY_AFTER, "1");
        }
        JsonText error = TfsJson.error(known);
        asked.exchange.answer(RestResponse.of(TfsErrors.httpStatus(known.kind()), JSON, error.bytes(), error.length()));
        asked.measured.failed(TfsErrors.restCode(known.kind()));
    }
}
