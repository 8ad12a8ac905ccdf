package io.kaon.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/// Fails any test that leaves something open, or that used something after it was closed.
///
/// It sees sessions of [FakeEngine], and by them leases: a version cannot be closed while one is out. Threads it knows
/// by the prefixes of their names; the test kit and the product name lanes, loaders and reconcilers so.
public final class LeakInspector implements TestInstancePreConstructCallback, AfterEachCallback {
    private static final List<String> PREFIXES =
            List.of("lane-", "express-", "load-", "unload-", "reconciler", "version-watcher");
    private static final long PATIENCE_MILLIS = 1000;

    private Set<Thread> before = Set.of();

    /// Before the fields are set: they open sessions and lanes too.
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        begin();
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        List<String> findings = findings();
        if (!findings.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " left " + findings);
        }
    }

    void begin() {
        FakeEngine.OPEN.clear();
        FakeEngine.VIOLATIONS.clear();
        before = threads();
    }

    List<String> findings() throws InterruptedException {
        List<String> findings = new ArrayList<>(FakeEngine.VIOLATIONS);
        FakeEngine.OPEN.forEach(session -> findings.add(session + " is still open: a lease or a close is missing"));
        Set<Thread> left = threads();
        left.removeAll(before);
        for (Thread thread : left) {
            // Who told a thread to end need not have waited for it.
            thread.join(PATIENCE_MILLIS);
            if (thread.isAlive()) {
                findings.add("thread " + thread.getName() + " still runs");
            }
        }
        return findings;
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> PREFIXES.stream().anyMatch(thread.getName()::startsWith))
                .collect(Collectors.toSet());
    }
}
