package io.kaon.app.command;

import java.time.Duration;

/// What waits, such as the thread.
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
}
