package io.kaon.protocol.tfs.example;

/// One feature of one example: a list of values of one kind. A view of its [FeatureColumn].
public final class Feature {
    /// What a feature holds.
    public enum Kind {
        /// Nothing; as good as no feature.
        NONE("none"),
        BYTES("string"),
        INT64("int64"),
        FLOAT("float");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /// As messages name it.
        public String text() {
            return text;
        }
    }

    private final FeatureColumn column;
    private final int entry;

    Feature(FeatureColumn column, int entry) {
        this.column = column;
        this.entry = entry;
    }

    public Kind kind() {
        return column.kind(entry);
    }

    /// How many values there are.
    public int size() {
        return column.size(entry);
    }

    /// @param index of a value; the kind is INT64
    public long integer(int index) {
        return column.number(entry, index);
    }

    /// @param index of a value; the kind is FLOAT
    public float real(int index) {
        return Float.intBitsToFloat((int) column.number(entry, index));
    }

    /// @param index of a value; the kind is BYTES
    public byte[] bytes(int index) {
        return column.bytes(entry, index);
    }

    /// For example `3 int64 values`.
    public String describe() {
        return kind() == Kind.NONE ? "no values" : size() + " " + kind().text() + (size() == 1 ? " value" : " values");
    }
}
