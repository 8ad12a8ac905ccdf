package io.kaon.protocol.tfs;

import io.kaon.model.VersionSelector;

/// What a REST request asks for, as its method and target say. Model names and labels are decoded and may be any
/// text, control characters and path separators included: they are keys to look up, not paths.
public sealed interface TfsRoute {
    /// `POST …:predict`
    record Predict(String model, VersionSelector version) implements TfsRoute {}

    /// `POST …:classify`
    record Classify(String model, VersionSelector version) implements TfsRoute {}

    /// `POST …:regress`
    record Regress(String model, VersionSelector version) implements TfsRoute {}

    /// `GET /v1/models`: all models. TensorFlow Serving has no such address.
    record Models() implements TfsRoute {}

    /// The state of a model's versions: of one version if one is given, else of all of them. TensorFlow Serving
    /// answers a label, even one that does not exist, as if it were not there.
    record Status(String model, VersionSelector version) implements TfsRoute {}

    /// The model's signatures. Labels count here.
    record Metadata(String model, VersionSelector version) implements TfsRoute {}

    /// `OPTIONS`: 200 if there is an `Origin` header that holds `http://` or `https://`, else 400; no body either way.
    record Preflight() implements TfsRoute {}

    /// 400 with this message; never 405.
    record Malformed(String message) implements TfsRoute {}

    /// 400 with an empty body: the version does not fit 64 bits.
    record VersionTooLarge() implements TfsRoute {}

    /// Not under `/v1/`: other routes may answer. TensorFlow Serving says 404 with a page of HTML.
    record NotApi() implements TfsRoute {}
}
