package io.kaon.protocol.tfs;

import static java.util.Objects.requireNonNull;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonNumber;
import io.kaon.protocol.json.JsonString;
import io.kaon.protocol.tfs.example.Examples;
import io.kaon.protocol.tfs.example.Feature.Kind;
import io.kaon.protocol.tfs.example.FeatureColumn;
import java.util.List;

/// Reads one JSON object after the other as examples. A member is a feature: a value or a flat list of values, all of
/// the kind of the first. Strings and base64 objects are bytes, integers and booleans integers, other numbers floats.
final class FeatureReader {
    private final JsonCursor cursor;
    private final Examples examples;

    FeatureReader(JsonCursor cursor, Examples examples) {
        this.cursor = cursor;
        this.examples = examples;
    }

    /// Reads the value ahead, which should be an object.
    void example() throws ValueFault {
        int first = cursor.peek();
        if (first != '{') {
            cursor.skip();
            throw ValueFault.invalid(
                    "Example must be JSON object but got JSON " + Elements.kind(first) + ": expected {\"feature\": …}");
        }
        int example = examples.begin();
        if (cursor.openObject()) {
            int place = 0;
            do {
                feature(column(cursor.key(), place++), example);
            } while (cursor.nextMember());
        }
    }

    /// Examples nearly always have the same features in the same order, so most names need not be made into strings.
    private FeatureColumn column(JsonString name, int place) {
        List<FeatureColumn> columns = examples.columns();
        if (place < columns.size() && name.contentEquals(columns.get(place).nameBytes())) {
            return columns.get(place);
        }
        return examples.column(name.text());
    }

    private void feature(FeatureColumn column, int example) throws ValueFault {
        if (cursor.peek() != '[') {
            Kind kind = kind(column);
            column.begin(example, kind);
            value(column, kind);
            return;
        }
        if (!cursor.openArray()) {
            column.begin(example, Kind.NONE);
            return;
        }
        Kind kind = kind(column);
        column.begin(example, kind);
        value(column, kind);
        while (cursor.nextElement()) {
            Kind next = kind(column);
            if (next != kind) {
                throw ValueFault.invalid("Unexpected element type in feature: " + shortened(column) + ": expected "
                        + kind.text() + " as its first value is, got " + next.text());
            }
            value(column, kind);
        }
    }

    /// Of the value ahead, which is not passed.
    private Kind kind(FeatureColumn column) throws ValueFault {
        int first = cursor.peek();
        if (first == '"' || Base64Object.isNext(cursor)) {
            return Kind.BYTES;
        }
        if (first == 't' || first == 'f') {
            return Kind.INT64;
        }
        int from = cursor.position();
        if (!Elements.isNumber(first)) {
            cursor.skip();
            throw ValueFault.invalid("Feature: " + shortened(column) + " has element with unexpected JSON type: "
                    + Elements.kind(first) + ": expected a string, a number, a boolean or {\"b64\": \"…\"}, got "
                    + cursor.excerpt(from));
        }
        JsonNumber number = cursor.number();
        if (!number.isLong() && number.isUnsignedLong()) {
            throw ValueFault.invalid("Feature: " + shortened(column) + " has uint64 element. Only int64_t is supported:"
                    + " expected at most " + Long.MAX_VALUE + ", got " + cursor.excerpt(from));
        }
        cursor.rewind(from, cursor.depth());
        return number.isLong() ? Kind.INT64 : Kind.FLOAT;
    }

    private void value(FeatureColumn column, Kind kind) throws ValueFault {
        int first = cursor.peek();
        switch (kind) {
            case BYTES ->
                column.add(first == '"' ? cursor.string().bytes() : requireNonNull(Base64Object.read(cursor)));
            case INT64 ->
                column.add(
                        first == 't' || first == 'f'
                                ? (cursor.bool() ? 1L : 0L)
                                : cursor.number().longValue());
            case FLOAT -> column.add(cursor.number().floatValue());
            case NONE -> throw new IllegalStateException("a value is of some kind");
        }
    }

    private static String shortened(FeatureColumn column) {
        return JsonCursor.shorten(column.name());
    }
}
