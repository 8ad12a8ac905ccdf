package io.kaon.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// `health`: asks a server that runs already whether it is ready. For images without a shell, whose health check can
/// only be the program itself.
final class HealthCommand {
    static final String READY = "http://localhost:9000/q/health/ready";
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private HealthCommand() {}

    /// @param address what to ask
    /// @return 0 if it answers 200, else 1
    static int run(String address, PrintWriter out, PrintWriter err) {
        try {
            if (!(URI.create(address).toURL().openConnection() instanceof HttpURLConnection question)) {
                err.println("error: " + address + ": expected an address that begins with http:// or https://");
                return Commands.USAGE;
            }
            question.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
            question.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
            int status = question.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                err.println("error: " + address + " answers " + status);
                return 1;
            }
            try (InputStream body = question.getInputStream()) {
                out.println(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return 0;
        } catch (IOException | IllegalArgumentException failure) {
            err.println("error: " + address + ": " + failure.getMessage());
            return 1;
        }
    }
}
