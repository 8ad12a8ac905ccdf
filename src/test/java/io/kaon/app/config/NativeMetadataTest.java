package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds the native executable's list of options against the options.
final class NativeMetadataTest {
    @Test
    void listsEveryGroupOfOptions() {
        Set<String> groups = new TreeSet<>();
        collect(ServerConfig.class, groups);
        JsonPath metadata =
                JsonPath.from(Path.of("native/app/reachability-metadata.json").toFile());
        assertThat(metadata.getList("reflection.type", String.class)).containsExactlyInAnyOrderElementsOf(groups);
    }

    /// A group is an interface of ours, and not one of values; one that differs by model is the value of a map, and
    /// what groups have in common they inherit.
    private static void collect(Class<?> group, Set<String> names) {
        names.add(group.getName());
        for (Class<?> common : group.getInterfaces()) {
            collect(common, names);
        }
        for (Method option : group.getDeclaredMethods()) {
            Type type = option.getGenericReturnType();
            Type last = type instanceof ParameterizedType generic
                    ? generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]
                    : type;
            if (last instanceof Class<?> inner
                    && inner.isInterface()
                    && !inner.isSealed()
                    && inner.getName().startsWith("io.kaon.")) {
                collect(inner, names);
            }
        }
    }
}
