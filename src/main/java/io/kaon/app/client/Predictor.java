package io.kaon.app.client;

import io.kaon.client.ClientFailure;
import io.kaon.client.MetadataJson;
import io.kaon.client.ModelReference;
import io.kaon.client.RestAnswer;
import io.kaon.client.RestClient;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.client.TfsClient;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Asks a model over one of the protocols, with the bodies of REST.
sealed interface Predictor extends AutoCloseable {
    /// @throws ClientFailure when the server refuses or cannot be asked
    Map<String, ModelSignature> signatures();

    /// What sends this body.
    ///
    /// @throws io.kaon.model.ServingException when the body does not fit the model
    Call call(byte[] body);

    @Override
    void close();

    /// A request that may be sent again and again, by several threads.
    interface Call {
        /// @return as REST gives it
        /// @throws ClientFailure when the server refuses or cannot be asked
        RestAnswer answer();

        /// The same, without a look at what the answer holds.
        ///
        /// @throws ClientFailure when the server refuses or cannot be asked
        void send();
    }

    /// Over REST, in calls that TensorFlow Serving knows too.
    record Rest(RestClient client, ModelReference model) implements Predictor {
        @Override
        public Map<String, ModelSignature> signatures() {
            return MetadataJson.signatures(client.get(model.path() + "/metadata"));
        }

        @Override
        public Call call(byte[] body) {
            String path = model.path() + ":predict";
            return new Call() {
                @Override
                public RestAnswer answer() {
                    return client.post(path, body).orThrow();
                }

                @Override
                public void send() {
                    answer();
                }
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /// Over gRPC: the body is made a message here, by the model's signatures, and the answer is made JSON.
    record Grpc(TfsClient client, ModelReference model, GrpcCalls calls) implements Predictor {
        private TfsClient.Model asked() {
            return new TfsClient.Model(model.name(), model.version(), model.label());
        }

        @Override
        public Map<String, ModelSignature> signatures() {
            return calls.call(() -> client.signatures(asked()));
        }

        @Override
        public Call call(byte[] body) {
            TfsClient.Request request = TfsClient.request(asked(), body, signatures());
            return new Call() {
                @Override
                public RestAnswer answer() {
                    TfsClient.Answer answer = calls.call(() -> client.predict(request));
                    Optional<String> version =
                            answer.version() == 0 ? Optional.empty() : Optional.of(Long.toString(answer.version()));
                    return new RestAnswer(
                            calls.address().target(),
                            200,
                            version,
                            Arrays.copyOf(answer.json().bytes(), answer.json().length()));
                }

                @Override
                public void send() {
                    calls.call(() -> {
                        client.call(request);
                        return true;
                    });
                }
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
