package io.kaon.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A connection that says exactly what the test wants, as no well-behaved client would.
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final PushbackInputStream head;

    public RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        head = new PushbackInputStream(socket.getInputStream());
    }

    public RawConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Whether the server says nothing for a while, nor closes.
    public boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            int first = head.read();
            if (first >= 0) {
                head.unread(first);
            }
            return false;
        } catch (SocketTimeoutException _) {
            return true;
        } catch (SocketException _) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    /// Everything until the server closes the connection, or until one whole answer with a Content-Length has come.
    public String answer() throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] chunk = new byte[8192];
        while (!isWhole(answer)) {
            int count = head.read(chunk);
            if (count < 0) {
                break;
            }
            answer.append(new String(chunk, 0, count, StandardCharsets.ISO_8859_1));
        }
        return answer.toString();
    }

    private static boolean isWhole(StringBuilder answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String head = answer.substring(0, end).toLowerCase(Locale.ROOT);
        int at = head.indexOf("content-length: ");
        if (at < 0) {
            return false;
        }
        int length = Integer.parseInt(head.substring(at + "content-length: ".length())
                .split("\r\n", 2)[0]
                .trim());
        return answer.length() >= end + 4 + length;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
