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
/// `POST /run/MODEL/ROWS/SIZE` runs the model in between, on other numbers.
final class HttpEcho implements Handler<RoutingContext> {
    private final Runs runs;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(Target target, byte[] body) {
        static Answer to(String path) {
            Target target = Target.of(path);
            String text = "\"" + "x".repeat(target.size() - 2) + "\"";
            return new Answer(target, text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    HttpEcho(Runs runs) {
        this.runs = runs;
    }

    @Override
    public void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Answer answer = answers.computeIfAbsent(request.path(), Answer::to);
        request.body().onSuccess(_ -> {
            answer.target.run(runs);
            routing.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(wrap(answer.body));
        });
        request.resume();
    }

    /// Not copied, as Kaon does not copy; the method that does not warn comes with the framework's next major version.
    @SuppressWarnings("deprecation")
    private static Buffer wrap(byte[] answer) {
        return Buffer.buffer(Unpooled.wrappedBuffer(answer));
    }
}
