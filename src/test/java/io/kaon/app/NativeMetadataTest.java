package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds the native executable's list of options against the options.
final class NativeMetadataTest {
    @Test
    void listsEveryGroupOfOptions() {
        Set<String> groups = new TreeSet<>(Set.of(ServerConfig.class.getName()));
        for (Class<?> group : ServerConfig.class.getDeclaredClasses()) {
            groups.add(group.getName());
        }
        JsonPath metadata =
                JsonPath.from(Path.of("native/app/reachability-metadata.json").toFile());
        assertThat(metadata.getList("reflection.type", String.class)).containsExactlyInAnyOrderElementsOf(groups);
    }
}
