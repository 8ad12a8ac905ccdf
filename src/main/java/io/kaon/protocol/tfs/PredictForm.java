package io.kaon.protocol.tfs;

/// The two shapes of a predict body. An answer has the form of its request.
public enum PredictForm {
    /// `instances` and `predictions`: one value per row, or one object per row with a value for every name.
    ROW,
    /// `inputs` and `outputs`: one value, or one object with a whole tensor for every name.
    COLUMN
}
