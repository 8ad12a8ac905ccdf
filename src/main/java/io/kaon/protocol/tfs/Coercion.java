package io.kaon.protocol.tfs;

/// What becomes of a value that the type of its input cannot hold.
public enum Coercion {
    /// It is changed without a word, as TensorFlow Serving changes it.
    ///
    /// Over REST, INT8, INT16 and UINT8 keep the lower bits of a number, and a number beyond the largest FLOAT
    /// becomes infinite. Over gRPC the lower bits are kept of all integers and half-precision bits, values beyond
    /// the shape or in the field of another type are dropped, and any BOOL byte but 0 is true. In columns, values
    /// of inputs that the model does not have are ignored.
    REFERENCE,

    /// All of these are refused as INVALID_REQUEST. What loses nothing stays allowed: rounding to the nearest
    /// float, one value that fills the whole tensor, infinities that are written as such.
    STRICT
}
