package echo;

import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What the transport alone costs: reads each request's body and answers as many bytes as the target's last part says.
@QuarkusMain
public class Echo implements QuarkusApplication {
    private final Vertx vertx;
    private final int grpcPort;
    private final Runs runs;

    Echo(Vertx vertx, @ConfigProperty(name = "echo.grpc.port") int grpcPort, Runs runs) {
        this.vertx = vertx;
        this.grpcPort = grpcPort;
        this.runs = runs;
    }

    @Override
    public int run(String... arguments) throws IOException {
        GrpcEcho.start(eventLoops(vertx), grpcPort, runs);
        System.out.println("echo: ready");
        Quarkus.waitForExit();
        return 0;
    }

    /// Deprecated because it becomes internal in the framework's next major version.
    @SuppressWarnings("deprecation")
    private static EventLoopGroup eventLoops(Vertx vertx) {
        return vertx.nettyEventLoopGroup();
    }

    @Singleton
    static final class Routes {
        @Produces
        @Singleton
        Runs runs(@ConfigProperty(name = "echo.models") Path models) {
            return new Runs(models);
        }

        void routes(@Observes Router router, Runs runs) {
            // As early as Kaon's own handler stands, before the framework's routes.
            router.route().order(Integer.MIN_VALUE).handler(new HttpEcho(runs));
        }
    }
}
