package io.kaon.client;

import io.kaon.protocol.json.JsonCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One value of an answer, as a cell of a table shows it: a number as it came, a list with its first values and its
/// shape. What is not shown is passed over, so an answer of any size takes a few characters.
final class CellText {
    /// A list of so many is shown whole.
    private static final int SHORT_LIST = 10;

    private static final int FIRST = 3;
    private static final int LONGEST_TEXT = 60;

    private final JsonCursor cursor;
    private final List<String> first = new ArrayList<>();
    private final List<Long> shape = new ArrayList<>();
    private long count;

    private CellText(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /// Passes the value that the cursor stands before.
    ///
    /// @throws io.kaon.model.ServingException if it is no JSON
    static String read(JsonCursor cursor) {
        if (cursor.peek() != '[') {
            return scalar(cursor);
        }
        CellText cell = new CellText(cursor);
        cell.list(0);
        return cell.text();
    }

    private void list(int axis) {
        long size = 0;
        if (cursor.openArray()) {
            do {
                size++;
                if (cursor.peek() == '[') {
                    list(axis + 1);
                } else if (first.size() < SHORT_LIST) {
                    first.add(scalar(cursor));
                    count++;
                } else {
                    cursor.skip();
                    count++;
                }
            } while (cursor.nextElement());
        }
        while (shape.size() <= axis) {
            shape.add(0L);
        }
        shape.set(axis, Math.max(shape.get(axis), size));
    }

    private String text() {
        if (shape.size() == 1 && count <= SHORT_LIST) {
            return "[" + String.join(", ", first) + "]";
        }
        boolean all = count <= FIRST;
        String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
        return "[" + String.join(", ", first.subList(0, Math.min(FIRST, first.size()))) + (all ? "] (" : ", …] (")
                + sizes + ")";
    }

    private static String scalar(JsonCursor cursor) {
        int begin = cursor.peek();
        int from = cursor.position();
        if (begin == '"') {
            return "\"" + Printable.shortened(Printable.line(cursor.string().text()), LONGEST_TEXT) + "\"";
        }
        cursor.skip();
        return Printable.line(cursor.excerpt(from));
    }
}
