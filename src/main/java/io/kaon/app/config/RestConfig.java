package io.kaon.app.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import io.vertx.core.http.ClientAuth;
import java.time.Duration;

/// `kaon.rest.*`: the REST port.
public interface RestConfig {
    /// How long a request may wait and run; 0 or less for as long as it takes.
    @WithDefault("30s")
    Duration timeout();

    /// Bodies and answers above this size are converted off the event loop.
    @WithDefault("1M")
    MemorySize offload();

    /// Answers of at least this size are compressed for clients that accept gzip; 0 for never.
    @WithDefault("8K")
    MemorySize compress();

    /// Whether clients must, or may, show a certificate, where REST is encrypted.
    @WithDefault("none")
    ClientAuth clientAuth();

    /// Whether pages from other origins may read the answers.
    @WithDefault("false")
    boolean cors();
}
