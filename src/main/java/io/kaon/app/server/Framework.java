package io.kaon.app.server;

import io.quarkus.runtime.Application;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The framework's own start, as far as it depends on nothing that the command line says: its application class
/// initialises itself on a thread of its own while the arguments are read, which takes about as long. In an executable
/// that was done when it was built.
public final class Framework {
    private final FutureTask<Class<?>> initialised = new FutureTask<>(() -> Class.forName(Application.APP_CLASS_NAME));

    /// Begins, and does not wait.
    public void prepare() {
        Thread.ofPlatform().name("framework").daemon().start(initialised);
    }

    /// Returns when the class is ready, also where it was not prepared.
    ///
    /// @throws IllegalStateException when it failed to initialise; the cause says why
    public void await() {
        // Does nothing where the other thread has begun.
        initialised.run();
        try {
            initialised.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the framework does not start", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the framework starts", interrupted);
        }
    }
}
