package echo;

import io.netty.buffer.Unpooled;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// `POST /echo/SIZE`: reads the body, looks at none of it, and answers a JSON string that is SIZE bytes long.
final class HttpEcho implements Handler<RoutingContext> {
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

    @Override
    public void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        byte[] answer = answers.computeIfAbsent(request.path(), HttpEcho::answer);
        request.body()
                .onSuccess(_ -> routing.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(wrap(answer)));
        request.resume();
    }

    private static byte[] answer(String path) {
        int size = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        return ("\"" + "x".repeat(size - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    /// Not copied, as Kaon does not copy; the method that does not warn comes with the framework's next major version.
    @SuppressWarnings("deprecation")
    private static Buffer wrap(byte[] answer) {
        return Buffer.buffer(Unpooled.wrappedBuffer(answer));
    }
}
