package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import io.kaon.engine.Device;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.ExecutionProvider;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ServingException;
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
                .isEqualTo(defaults.withEngine(new EngineOptions(null, settings(), PROCESSORS)));
    }

    @Test
    void haveAnEntryForEachNameWhereverItAppears() {
        OptionsByModel declared = declared(Map.of(
                "kaon.engine.models.a.intra-op-threads", "3",
                "kaon.batch.models.b.merge", "off",
                "kaon.tfs.outputs.c.scores", "p"));
        assertThat(declared.named()).containsOnlyKeys("a", "b", "c");
        assertThat(declared.of("a").engine()).isEqualTo(new EngineOptions(null, settings(), 1).withThreads(3));
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

    @Test
    void placeAModelElsewhereOptionByOption() {
        OptionsByModel declared = declared(Map.of(
                "kaon.engine.device", "cuda:1",
                "kaon.engine.cuda.memory-limit", "2G",
                "kaon.engine.cuda.options.prefer_nhwc", "1",
                "kaon.engine.tensorrt.options.trt_fp16_enable", "1",
                "kaon.engine.models.a.device", "cpu",
                "kaon.engine.models.b.cuda.memory-limit", "4G",
                "kaon.engine.models.b.cuda.options.enable.cudnn", "0",
                "kaon.engine.models.b.providers", "cuda,cpu"));
        assertThat(declared.otherwise().engine().settings().device()).isEqualTo(new Device.Cuda(1));
        EngineSettings a = declared.of("a").engine().settings();
        assertThat(a.device()).isEqualTo(Device.CPU);
        assertThat(a.providers().cuda().memoryLimit()).hasValue(2L << 30);
        assertThat(declared.of("a").engine().mayTryMore()).isTrue();
        EngineSettings b = declared.of("b").engine().settings();
        assertThat(b.device()).isEqualTo(new Device.Cuda(1));
        assertThat(b.providers().providers()).containsExactly(ExecutionProvider.CUDA, ExecutionProvider.CPU);
        assertThat(b.providers().cuda().memoryLimit()).hasValue(4L << 30);
        assertThat(b.providers().cuda().options()).isEqualTo(Map.of("prefer_nhwc", "1", "enable_cudnn", "0"));
        assertThat(b.providers().tensorrt()).isEqualTo(Map.of("trt_fp16_enable", "1"));
    }

    @Test
    void refuseAllThatDoesNotGoTogetherAtOnce() {
        assertThatThrownBy(() -> declared(Map.of(
                        "kaon.engine.device", "cpu",
                        "kaon.engine.models.a.providers", "cuda",
                        "kaon.engine.models.b.cuda.options.device_id", "1")))
                .isInstanceOf(ServingException.class)
                .hasMessage(
                        "kaon.engine.models.a: the device cpu and the providers cuda: set the device to auto or cuda,"
                                + " or leave out cuda and tensorrt\n"
                                + "kaon.engine.models.b: the option device_id is set by the device: set that to cuda:N instead");
    }

    @Test
    void refuseUnknownProvidersAndDevices() {
        assertThatThrownBy(() -> declared(Map.of("kaon.engine.providers", "cuda,jaguar")))
                .hasMessageContaining("jaguar")
                .hasMessageContaining("tensorrt");
        assertThatThrownBy(() -> declared(Map.of("kaon.engine.models.a.device", "gpu")))
                .hasMessageContaining("expected auto, cpu, cuda or cuda:N, got \"gpu\"");
    }

    /// With the time after which runs are ended by default.
    private static EngineSettings settings() {
        return EngineSettings.defaults().withLongestRun(Duration.ofSeconds(60));
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
