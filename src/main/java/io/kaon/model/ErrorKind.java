package io.kaon.model;

/// The closed list of what can go wrong with a request or a load. Each protocol answers every kind in its own way, in
/// one switch. A bug is not on the list: it is thrown, logged once at the edge and answered as internal.
public enum ErrorKind {
    /// The request contradicts the protocol or the model's signature.
    INVALID_REQUEST,
    /// The request is larger than a configured limit.
    TOO_LARGE,
    /// The request stopped arriving before it was complete.
    STALLED,
    MODEL_NOT_FOUND,
    VERSION_NOT_FOUND,
    LABEL_NOT_FOUND,
    SIGNATURE_NOT_FOUND,
    /// The server starts or stops.
    NOT_READY,
    /// Understood, but not something that this server, engine or wire format can do.
    UNSUPPORTED,
    /// No room now; the same request may succeed later.
    OVERLOADED,
    /// The deadline passed before the run began.
    QUEUE_TIMEOUT,
    /// The deadline passed during the run.
    DEADLINE_EXCEEDED,
    /// The client left, or the run was ended for another reason.
    CANCELLED,
    ENGINE_FAILED,
    /// The engine says of the version that it can answer no request: a variable has no value, or an operator no code.
    MODEL_BROKEN,
    STORAGE_FAILED,
    INTERNAL
}
