package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lines of a request or an answer before its body, as they came, and how the body after them is framed.
record HttpHead(String firstLine, List<String> headers) {
    private static final int CHUNK = 64 * 1024;

    /// Reads one.
    ///
    /// @param in buffered
    /// @return null where the connection ends
    static @Nullable HttpHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        return new HttpHead(first, headers);
    }

    /// The value of the first header of a name in lower case.
    Optional<String> header(String name) {
        String start = name + ":";
        return headers.stream()
                .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                .map(line -> line.substring(start.length()).trim())
                .findFirst();
    }

    /// The same without a header.
    HttpHead without(String name) {
        String start = name + ":";
        return new HttpHead(
                firstLine,
                headers.stream()
                        .filter(line -> !line.regionMatches(true, 0, start, 0, start.length()))
                        .toList());
    }

    /// The status of an answer.
    int status() {
        return Integer.parseInt(firstLine.split(" ", 3)[1]);
    }

    void writeTo(OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(firstLine).append("\r\n");
        headers.forEach(line -> text.append(line).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(ISO_8859_1));
        out.flush();
    }

    private boolean isChunked() {
        return header("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent();
    }

    /// Whether the end of the body is known without the end of the connection.
    boolean isFramed() {
        return isChunked() || header("content-length").isPresent();
    }

    /// Passes the body on that follows this head, with the frames of its chunks.
    void copyBody(InputStream in, OutputStream out) throws IOException {
        if (isChunked()) {
            copyChunks(in, out);
        } else {
            Optional<String> length = header("content-length");
            if (length.isPresent()) {
                copy(in, out, Long.parseLong(length.get()));
            }
        }
        out.flush();
    }

    private static void copy(InputStream in, OutputStream out, long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(CHUNK, count)];
        for (long left = count; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException(left + " bytes of the body are missing");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static void copyChunks(InputStream in, OutputStream out) throws IOException {
        long size;
        do {
            String line = copyLine(in, out);
            size = Long.parseLong(line.split(";", 2)[0].trim(), 16);
            if (size > 0) {
                // With the end of its line.
                copy(in, out, size + 2);
            }
        } while (size > 0);
        while (!copyLine(in, out).isEmpty()) {
            // A trailer.
        }
    }

    private static String copyLine(InputStream in, OutputStream out) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException("a chunk is missing");
        }
        out.write((line + "\r\n").getBytes(ISO_8859_1));
        return line;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString(ISO_8859_1).stripTrailing();
            }
            line.write(next);
        }
        return null;
    }
}
