package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ExampleOutputs;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeclaredOptionsTest {
    private static final int PROCESSORS = 8;

    @Test
    void areTheDefaultsWhereNothingIsSet() {
        OptionsByModel declared = declared(Map.of());
        ModelOptions defaults = ModelOptions.defaults();
        assertThat(declared.named()).isEmpty();
        assertThat(declared.otherwise())
                .isEqualTo(defaults.withEngine(
                        new EngineOptions(null, defaults.engine().settings(), PROCESSORS)));
    }

    @Test
    void haveAnEntryForEachNameWhereverItAppears() {
        OptionsByModel declared = declared(Map.of(
                "kaon.engine.models.a.intra-op-threads", "3",
                "kaon.batch.models.b.merge", "off",
                "kaon.tfs.outputs.c.scores", "p"));
        assertThat(declared.named()).containsOnlyKeys("a", "b", "c");
        assertThat(declared.of("a").engine()).isEqualTo(EngineOptions.defaults().withThreads(3));
        assertThat(declared.of("a").batching()).isEqualTo(BatchingPolicy.defaults());
        assertThat(declared.of("b").batching().merging().maxRows()).isEqualTo(1);
        assertThat(declared.of("c").outputs()).isEqualTo(new ExampleOutputs("p", null, null, List.of()));
        assertThat(declared.of("d")).isEqualTo(declared.otherwise());
    }

    @Test
    void questionNoNumberOfThreadsThatIsSet() {
        OptionsByModel declared = declared(Map.of(
                "kaon.engine.intra-op-threads", "2",
                "kaon.engine.models.a.intra-op-threads", "5"));
        assertThat(declared.otherwise().engine().settings().intraOpThreads()).isEqualTo(2);
        assertThat(declared.otherwise().engine().mayTryMore()).isFalse();
        assertThat(declared.of("a").engine().settings().intraOpThreads()).isEqualTo(5);
        assertThat(declared.of("a").engine().mayTryMore()).isFalse();
    }

    @Test
    void mergeOneModelThoughAllOthersAreNotMerged() {
        OptionsByModel declared = declared(Map.of("kaon.batch.merge", "off", "kaon.batch.models.a.merge", "on"));
        assertThat(declared.otherwise().batching().merging().maxRows()).isEqualTo(1);
        assertThat(declared.of("a").batching().merging().maxRows()).isEqualTo(256);
        assertThat(declared.of("a").batching().merging().isTrusted()).isTrue();
    }

    @Test
    void takeAFileOfParametersInPlaceOfTheRuleForAllModels(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("batching"), "max_batch_size { value: 16 }");
        OptionsByModel declared = declared(Map.of(
                "kaon.batch.parameters-file", file.toString(),
                "kaon.batch.merge", "off",
                "kaon.batch.models.a.merge", "auto"));
        assertThat(declared.otherwise().batching().merging().maxRows()).isEqualTo(16);
        assertThat(declared.otherwise().batching().rule()).isNull();
        assertThat(declared.of("a").batching().merging().isTrusted()).isFalse();
        assertThat(declared.of("a").batching().rule()).isEqualTo(Merging.Rule.AUTO);
    }

    @Test
    void warmNothingUpWhereItIsTurnedOff() {
        assertThat(declared(Map.of("kaon.load.warm-up", "false")).otherwise().warmUp())
                .isEqualTo(Duration.ZERO);
    }

    private static OptionsByModel declared(Map<String, String> set) {
        ServerConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(set, "test", 100))
                .withMapping(ServerConfig.class)
                .build()
                .getConfigMapping(ServerConfig.class);
        return DeclaredOptions.of(config, PROCESSORS);
    }
}
