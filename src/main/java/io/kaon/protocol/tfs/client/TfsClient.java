package io.kaon.protocol.tfs.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.PredictCall;
import io.kaon.protocol.tfs.PredictForm;
import io.kaon.protocol.tfs.TfsJson;
import io.kaon.protocol.tfs.TfsReloadGuard;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.GetModelStatusRequest;
import io.kaon.protocol.tfs.proto.ModelServiceGrpc;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.ReloadConfigRequest;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A connection to a server over gRPC. Every call ends after the timeout, with [StatusRuntimeException] where it fails.
/// Safe for use by several threads, which share the connection.
public final class TfsClient implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> RELOAD =
            Metadata.Key.of(TfsReloadGuard.RELOAD_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final Duration timeout;
    private final int largest;

    /// Which of a model's versions is meant; at most one of the two is there.
    public record Model(String name, Optional<Long> version, Optional<String> label) {}

    /// A request that may be sent again and again.
    public record Request(PredictRequest message, PredictForm form) {}

    /// @param version that answered; 0 where the server does not say
    /// @param json the outputs in the form that REST gives them
    public record Answer(long version, JsonText json) {}

    private TfsClient(ManagedChannel channel, Duration timeout, int largest) {
        this.channel = channel;
        this.timeout = timeout;
        this.largest = largest;
    }

    /// Connects with the first call.
    ///
    /// @param authorities certificates as PEM that the server's is checked against; null for those of the JDK
    /// @param timeout of a call
    /// @param largest bytes of an answer
    /// @throws SSLException when the certificates cannot be used
    public static TfsClient of(
            String host, int port, boolean encrypted, @Nullable InputStream authorities, Duration timeout, int largest)
            throws SSLException {
        // An address and not a name, so that no resolver is looked for among the services of all jars.
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
                .maxInboundMessageSize(largest);
        if (encrypted) {
            builder.sslContext(GrpcSslContexts.forClient()
                            .trustManager(authorities)
                            .build())
                    .overrideAuthority(host.contains(":") ? "[" + host + "]:" + port : host + ":" + port);
        } else {
            builder.usePlaintext();
        }
        return new TfsClient(builder.build(), timeout, largest);
    }

    /// By name.
    public Map<String, ModelSignature> signatures(Model model) {
        GetModelMetadataRequest request = GetModelMetadataRequest.newBuilder()
                .setModelSpec(TfsPredictMessages.spec(model.name, model.version, model.label))
                .addMetadataField(TfsSignatures.FIELD)
                .build();
        try {
            return TfsSignatures.of(
                    within(PredictionServiceGrpc.newBlockingStub(channel)).getModelMetadata(request));
        } catch (InvalidProtocolBufferException | IllegalArgumentException | NoSuchElementException malformed) {
            throw Status.INTERNAL
                    .withDescription("the server's metadata holds no signatures: " + malformed.getMessage())
                    .asRuntimeException();
        }
    }

    /// A body of REST as a message.
    ///
    /// @param signatures the model's
    /// @throws io.kaon.model.ServingException in TensorFlow Serving's words, when the body does not fit
    public static Request request(Model model, byte[] body, Map<String, ModelSignature> signatures) {
        PredictCall call = TfsJson.readPredict(body, body.length, signatures, Coercion.REFERENCE);
        return new Request(
                TfsPredictMessages.request(TfsPredictMessages.spec(model.name, model.version, model.label), call),
                call.form());
    }

    /// @throws io.kaon.model.ServingException when JSON cannot carry the outputs
    public Answer predict(Request request) {
        PredictResponse response =
                within(PredictionServiceGrpc.newBlockingStub(channel)).predict(request.message);
        JsonText json = TfsJson.writePredict(request.form, TfsPredictMessages.outputs(response, largest));
        return new Answer(response.getModelSpec().getVersion().getValue(), json);
    }

    /// Makes the call and looks at nothing of the answer.
    public void call(Request request) {
        PredictResponse _ =
                within(PredictionServiceGrpc.newBlockingStub(channel)).predict(request.message);
    }

    /// Replaces the server's configuration; returns when every new model serves.
    public void reload(TfsConfigText config, Optional<String> token) {
        send(ReloadConfigRequest.newBuilder().setConfig(config.message()).build(), token, new Metadata());
    }

    /// Changes labels of a model and nothing else. A server that cannot refuses it.
    ///
    /// @param labels versions by label; one below zero takes the label away
    public void relabel(String model, Map<String, Long> labels, Optional<String> token) {
        ReloadConfigRequest.Builder request = ReloadConfigRequest.newBuilder();
        request.getConfigBuilder()
                .getModelConfigListBuilder()
                .addConfigBuilder()
                .setName(model)
                .putAllVersionLabels(labels);
        Metadata headers = new Metadata();
        headers.put(RELOAD, TfsReloadGuard.LABELS);
        send(request.build(), token, headers);
    }

    /// What is known of a model's versions, newest first.
    ///
    /// @param message of its failure; empty for none
    public record Version(long number, String state, String message) {}

    public List<Version> versions(String model) {
        GetModelStatusRequest request = GetModelStatusRequest.newBuilder()
                .setModelSpec(TfsPredictMessages.spec(model, Optional.empty(), Optional.empty()))
                .build();
        return within(ModelServiceGrpc.newBlockingStub(channel))
                .getModelStatus(request)
                .getModelVersionStatusList()
                .stream()
                .map(version -> new Version(
                        version.getVersion(),
                        version.getState().name(),
                        version.getStatus().getErrorMessage()))
                .toList();
    }

    private void send(ReloadConfigRequest request, Optional<String> token, Metadata headers) {
        token.ifPresent(text -> headers.put(AUTHORIZATION, "Bearer " + text));
        var response = within(ModelServiceGrpc.newBlockingStub(channel))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .handleReloadConfigRequest(request);
        // TensorFlow Serving may answer a refusal as a success that holds one.
        int code = response.getStatus().getErrorCodeValue();
        if (code != 0) {
            throw Status.fromCodeValue(code)
                    .withDescription(response.getStatus().getErrorMessage())
                    .asRuntimeException();
        }
    }

    private <S extends AbstractStub<S>> S within(S stub) {
        return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
