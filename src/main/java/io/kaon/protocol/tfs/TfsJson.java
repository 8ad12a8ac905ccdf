package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.example.ExampleResult;
import io.kaon.tensor.NamedTensors;
import java.util.Map;

/// The JSON bodies of TensorFlow Serving's REST API. Pure functions; safe for all threads.
public final class TfsJson {
    private TfsJson() {}

    /// Reads a predict body.
    ///
    /// @param body the bytes; those from `length` on are not looked at; not kept
    /// @param signatures the model's, by name
    /// @throws ServingException INVALID_REQUEST, SIGNATURE_NOT_FOUND, UNSUPPORTED if an input's type has no form in
    ///     JSON, or TOO_LARGE
    public static PredictCall readPredict(
            byte[] body, int length, Map<String, ModelSignature> signatures, Coercion coercion) {
        return new PredictReader(body, length, coercion).read(signatures);
    }

    /// Checks of a predict body what TensorFlow Serving checks before it looks for the model: the syntax, the top
    /// level, and that `signature_name` is a string. For requests whose model could not be had; if this returns,
    /// the answer is that it could not be had.
    ///
    /// @throws ServingException INVALID_REQUEST
    public static void checkPredict(byte[] body, int length) {
        new PredictReader(body, length, Coercion.REFERENCE).check();
    }

    /// Reads a classify or regress body, both of which are the same.
    ///
    /// @param body the bytes; those from `length` on are not looked at; not kept
    /// @throws ServingException INVALID_REQUEST or TOO_LARGE
    public static ExampleCall readExamples(byte[] body, int length) {
        return new ExampleReader(body, length).read();
    }

    /// Writes the answer to a predict request.
    ///
    /// @param form the request's
    /// @throws ServingException INVALID_REQUEST if JSON or the form cannot carry the outputs
    public static JsonText writePredict(PredictForm form, NamedTensors outputs) {
        return new PredictWriter(outputs).write(form);
    }

    /// Writes the answer to a classify or regress request.
    ///
    /// @throws ServingException INVALID_REQUEST if there is no result
    public static JsonText writeResult(ExampleResult result) {
        return ResultWriter.write(result);
    }

    /// The body of every answer that is an error. The hint, if there is one, is a member of its own, because clients
    /// compare TensorFlow Serving's messages.
    public static JsonText error(ServingException error) {
        String message = error.getMessage();
        JsonText text = new JsonText(message.length() + 64);
        text.beginObject();
        text.name("error");
        text.value(message);
        String hint = error.hint();
        if (hint != null) {
            text.name("hint");
            text.value(hint);
        }
        text.endObject();
        return text;
    }
}
