package io.kaon.client;

import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The answer to a predict request as a table: a column for each output, a line for each row.
///
/// @param columns the outputs' names; an answer with one output need not say its name
/// @param rows the first of them, with a cell for each column
/// @param total how many rows there are
public record Prediction(List<String> columns, List<List<String>> rows, long total) {
    private static final String ROWS = "predictions";
    private static final String COLUMNS = "outputs";

    public Prediction {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /// @param most how many rows are kept
    /// @throws ClientFailure when the server refused, or what came is no prediction
    public static Prediction of(RestAnswer answer, int most) {
        answer.orThrow();
        try {
            JsonCursor cursor = answer.cursor();
            Reader reader = new Reader(cursor, most);
            if (cursor.openObject()) {
                do {
                    switch (cursor.key().text()) {
                        case ROWS -> reader.rows();
                        case COLUMNS -> reader.columns();
                        default -> cursor.skip();
                    }
                } while (cursor.nextMember());
            }
            if (reader.isRead) {
                return reader.prediction();
            }
        } catch (ServingException malformed) {
            throw new ClientFailure(
                    "not JSON",
                    answer.url() + ": the answer cannot be shown: " + Printable.line(malformed.getMessage()),
                    "--json prints it as it is");
        }
        throw answer.notAModelServer();
    }

    /// One pass over the answer.
    private static final class Reader {
        private final JsonCursor cursor;
        private final int most;
        private final Map<String, List<String>> cells = new LinkedHashMap<>();
        private long total;
        private boolean isRead;

        Reader(JsonCursor cursor, int most) {
            this.cursor = cursor;
            this.most = most;
        }

        /// `[value, …]` or `[{"name": value, …}, …]`.
        void rows() {
            isRead = true;
            if (cursor.peek() != '[') {
                add(ROWS, CellText.read(cursor));
                total = 1;
            } else if (cursor.openArray()) {
                do {
                    if (total++ >= most) {
                        cursor.skip();
                    } else if (cursor.peek() == '{' && !isBytes()) {
                        row();
                    } else {
                        add(ROWS, CellText.read(cursor));
                    }
                } while (cursor.nextElement());
            }
        }

        private void row() {
            if (cursor.openObject()) {
                do {
                    String name = cursor.key().text();
                    add(name, CellText.read(cursor));
                } while (cursor.nextMember());
            }
        }

        /// `value` or `{"name": value, …}`, where each list's elements are shown as rows.
        void columns() {
            isRead = true;
            if (cursor.peek() != '{' || isBytes()) {
                column(COLUMNS);
            } else if (cursor.openObject()) {
                do {
                    column(cursor.key().text());
                } while (cursor.nextMember());
            }
        }

        private void column(String name) {
            long size = 0;
            if (cursor.peek() != '[') {
                add(name, CellText.read(cursor));
                size = 1;
            } else if (cursor.openArray()) {
                do {
                    if (size++ >= most) {
                        cursor.skip();
                    } else {
                        add(name, CellText.read(cursor));
                    }
                } while (cursor.nextElement());
            }
            total = Math.max(total, size);
        }

        /// Whether the object ahead is a string of bytes, `{"b64": …}`.
        private boolean isBytes() {
            int position = cursor.position();
            int depth = cursor.depth();
            boolean is = cursor.openObject() && cursor.key().text().equals("b64");
            cursor.rewind(position, depth);
            return is;
        }

        private void add(String name, String cell) {
            cells.computeIfAbsent(name, _ -> new ArrayList<>()).add(cell);
        }

        Prediction prediction() {
            List<List<String>> rows = new ArrayList<>();
            for (int i = 0; i < Math.min(total, most); i++) {
                List<String> row = new ArrayList<>();
                for (List<String> column : cells.values()) {
                    row.add(i < column.size() ? column.get(i) : "");
                }
                rows.add(List.copyOf(row));
            }
            return new Prediction(cells.keySet().stream().map(Printable::line).toList(), rows, total);
        }
    }
}
