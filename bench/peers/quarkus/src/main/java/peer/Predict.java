package peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The multilayer perceptron behind a resource method, written in an hour and left as it was.
@Singleton
@Path("/v1/models/mlp:predict")
public class Predict {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    public record Request(float[][] instances) {}

    public record Answer(float[][] predictions) {}

    Predict(@ConfigProperty(name = "peer.model") String model) throws OrtException {
        session = environment.createSession(model);
    }

    @POST
    public Answer predict(Request request) throws OrtException {
        try (OnnxTensor input = OnnxTensor.createTensor(environment, request.instances());
                OrtSession.Result result = session.run(Map.of("x", input))) {
            return new Answer((float[][]) result.get(0).getValue());
        }
    }

    @PreDestroy
    void close() throws OrtException {
        session.close();
    }
}
