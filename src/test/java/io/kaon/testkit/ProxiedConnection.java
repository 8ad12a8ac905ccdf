package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection of a client to a [FaultyProxy]: a request after the other, each over a new connection to the
/// server.
final class ProxiedConnection implements Runnable {
    private static final int BUFFER = 64 * 1024;

    private final Socket client;
    private final InetSocketAddress server;
    private final FaultyProxy proxy;
    private final Pace pace = new Pace();

    ProxiedConnection(Socket client, InetSocketAddress server, FaultyProxy proxy) {
        this.client = client;
        this.server = server;
        this.proxy = proxy;
    }

    @Override
    public void run() {
        boolean reset = false;
        try {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER);
            OutputStream out = client.getOutputStream();
            boolean goesOn = true;
            while (goesOn) {
                HttpHead head = HttpHead.read(in);
                goesOn = head != null && exchange(head, in, out);
            }
        } catch (FaultyBody.Cut cut) {
            reset = cut.isReset();
        } catch (IOException _) {
            // The client or the server has gone. The other one is to see that its connection breaks.
            reset = true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end(reset);
        }
    }

    /// Closes the connection from any thread.
    ///
    /// @param reset whether what is on its way is lost
    void end(boolean reset) {
        try {
            if (reset) {
                client.setSoLinger(true, 0);
            }
            client.close();
        } catch (IOException _) {
            // It is closed already.
        }
    }

    /// @return whether the connection can take another request
    private boolean exchange(HttpHead head, InputStream in, OutputStream out) throws IOException, InterruptedException {
        S3Request request = S3Request.of(head);
        Optional<Fault> fault = proxy.meet(request);
        if (head.header("expect").isPresent()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        if (fault.isPresent() && fault.get() instanceof Fault.Answer answer) {
            head.copyBody(in, OutputStream.nullOutputStream());
            answer(request, answer, out);
            return true;
        }
        waitBefore(fault);
        try (Socket connection = new Socket()) {
            connection.connect(server);
            OutputStream onward = connection.getOutputStream();
            head.without("expect").writeTo(onward);
            head.copyBody(in, onward);
            return passBack(request, fault, new BufferedInputStream(connection.getInputStream(), BUFFER), out);
        }
    }

    private static void waitBefore(Optional<Fault> fault) throws InterruptedException {
        if (fault.isPresent()) {
            switch (fault.get()) {
                case Fault.Hold hold -> {
                    hold.reached().countDown();
                    hold.goOn().await();
                }
                case Fault.Delay(Duration time) -> Thread.sleep(time);
                case Fault.Answer _, Fault.Reset _, Fault.Truncation _, Fault.Stall _, Fault.Throttle _ -> {}
            }
        }
    }

    private boolean passBack(S3Request request, Optional<Fault> fault, InputStream from, OutputStream out)
            throws IOException {
        HttpHead head = HttpHead.read(from);
        if (head == null) {
            throw new IOException("the server did not answer");
        }
        head.writeTo(out);
        boolean hasBody = !request.method().equals("HEAD") && head.status() != 204 && head.status() != 304;
        if (hasBody) {
            FaultyBody body = new FaultyBody(out, fault, pace, proxy.bytesOf(request.kind()));
            if (!head.isFramed()) {
                from.transferTo(body);
                return false;
            }
            head.copyBody(from, body);
        }
        return head.header("connection").filter("close"::equalsIgnoreCase).isEmpty();
    }

    private static void answer(S3Request request, Fault.Answer answer, OutputStream out) throws IOException {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + answer.code()
                + "</Code><Message>as the test wants it</Message></Error>";
        List<String> headers = new ArrayList<>();
        headers.add("Content-Type: application/xml");
        headers.add("Content-Length: " + body.length());
        answer.retryAfter().ifPresent(wait -> headers.add("Retry-After: " + wait.toSeconds()));
        new HttpHead("HTTP/1.1 " + answer.status() + " " + answer.code(), headers).writeTo(out);
        if (!request.method().equals("HEAD")) {
            out.write(body.getBytes(ISO_8859_1));
        }
    }
}
