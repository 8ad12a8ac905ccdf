package io.kaon.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.EngineSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.ConfigProto;

final class TensorflowPlaceTest {
    private static final List<String> NONE = List.of();

    private static TensorflowPlace place(Device device, boolean built, OptionalInt mapped, List<String> problems) {
        return TensorflowPlace.of(EngineSettings.defaults().withDevice(device), built, mapped, _ -> problems);
    }

    private static ConfigProto config(TensorflowPlace place, CudaSettings cuda) {
        ConfigProto.Builder config = ConfigProto.newBuilder();
        place.apply(config, cuda, _ -> 10_000);
        return config.build();
    }

    private static void assertRefused(TensorflowPlaceSupplier place, String why) {
        assertThatThrownBy(place::get).isInstanceOfSatisfying(ServingException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(refused).hasMessage(why);
        });
    }

    @FunctionalInterface
    private interface TensorflowPlaceSupplier {
        TensorflowPlace get();
    }

    @Test
    void changesNothingInABuildForTheProcessor() {
        for (Device device : List.of(Device.AUTO, Device.CPU)) {
            TensorflowPlace place = place(device, false, OptionalInt.empty(), List.of("not asked"));
            assertThat(place.device()).isEqualTo("cpu");
            assertThat(place.notice()).isNull();
            assertThat(config(place, CudaSettings.defaults())).isEqualTo(ConfigProto.getDefaultInstance());
        }
    }

    @Test
    void hidesGpusFromASessionOnTheProcessor() {
        TensorflowPlace place = place(Device.CPU, true, OptionalInt.empty(), NONE);
        assertThat(config(place, CudaSettings.defaults()).getDeviceCountMap()).isEqualTo(Map.of("GPU", 0));
        TensorflowPlace fallback = place(Device.AUTO, true, OptionalInt.empty(), List.of("no driver", "no cuDNN"));
        assertThat(config(fallback, CudaSettings.defaults()).getDeviceCountMap())
                .isEqualTo(Map.of("GPU", 0));
        assertThat(fallback.device()).isEqualTo("cpu");
        assertThat(fallback.notice())
                .isEqualTo("it runs on the processor, although this build has CUDA: no driver; no cuDNN;"
                        + " kaon.engine.device=cpu says that this is meant");
    }

    @Test
    void tellsWhichGpuAndLetsItsMemoryGrow() {
        TensorflowPlace place = place(new Device.Cuda(2), true, OptionalInt.empty(), NONE);
        assertThat(place.device()).isEqualTo("cuda:2");
        ConfigProto config = config(place, CudaSettings.defaults());
        assertThat(config.getGpuOptions().getVisibleDeviceList()).isEqualTo("2");
        assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
        assertThat(config.getGpuOptions().getPerProcessGpuMemoryFraction()).isZero();
        assertThat(config.getDeviceCountMap()).isEmpty();
    }

    @Test
    void tellsALimitOfMemoryAsAFraction() {
        CudaSettings limited = new CudaSettings(
                OptionalLong.of(2_500), Optional.empty(), Optional.empty(), Optional.empty(), false, Map.of());
        TensorflowPlace place = place(Device.AUTO, true, OptionalInt.empty(), NONE);
        assertThat(config(place, limited).getGpuOptions().getPerProcessGpuMemoryFraction())
                .isEqualTo(0.25);
    }

    @Test
    void staysOnTheGpuThatTensorflowHas() {
        assertThat(place(Device.AUTO, true, OptionalInt.of(1), NONE).device()).isEqualTo("cuda:1");
        assertThat(place(new Device.Cuda(1), true, OptionalInt.of(1), NONE).device())
                .isEqualTo("cuda:1");
        assertRefused(
                () -> place(new Device.Cuda(0), true, OptionalInt.of(1), NONE),
                "the device cuda:0 cannot be used: TensorFlow takes one GPU in a process, and this one's is cuda:1:"
                        + " name that for all SavedModels");
    }

    @Test
    void refusesTheGpuThatIsNamedWhereItCannotBeUsed() {
        assertRefused(
                () -> place(new Device.Cuda(0), true, OptionalInt.empty(), List.of("no driver")),
                "the device cuda:0 cannot be used: no driver");
        assertRefused(
                () -> place(new Device.Cuda(0), false, OptionalInt.empty(), NONE),
                "the device cuda:0 cannot be used: this build's TensorFlow has no CUDA: build with the Maven profile"
                        + " `gpu` (./kaon build -Pgpu), or use an image whose tag ends in `-gpu`");
    }
}
