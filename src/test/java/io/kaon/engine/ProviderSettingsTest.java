package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ProviderSettingsTest {
    private static ProviderSettings providers(ExecutionProvider... named) {
        return new ProviderSettings(List.of(named), CudaSettings.defaults(), Map.of());
    }

    @Test
    void goWithTheDevicesThatTheyAreFor() {
        for (Device device : List.of(Device.AUTO, Device.CPU, new Device.Cuda(1))) {
            assertThat(ProviderSettings.defaults().contradictions(device)).isEmpty();
        }
        assertThat(providers(ExecutionProvider.TENSORRT, ExecutionProvider.CPU).contradictions(new Device.Cuda(0)))
                .isEmpty();
        assertThat(providers(ExecutionProvider.XNNPACK).contradictions(Device.CPU))
                .isEmpty();
        assertThat(providers(ExecutionProvider.CUDA).contradictions(Device.AUTO))
                .isEmpty();
    }

    @Test
    void contradictADeviceThatTheyAreNotFor() {
        assertThat(providers(ExecutionProvider.CUDA, ExecutionProvider.CPU).contradictions(Device.CPU))
                .containsExactly("the device cpu and the providers cuda,cpu: set the device to auto or cuda, or leave"
                        + " out cuda and tensorrt");
        assertThat(providers(ExecutionProvider.XNNPACK).contradictions(new Device.Cuda(0)))
                .containsExactly("the device cuda:0 and the providers xnnpack: add cuda to them");
    }

    @Test
    void contradictThemselvesAllAtOnce() {
        ProviderSettings settings = new ProviderSettings(
                List.of(ExecutionProvider.CPU, ExecutionProvider.CPU),
                new CudaSettings(
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Map.of("device_id", "1")),
                Map.of());
        assertThat(settings.contradictions(Device.AUTO))
                .containsExactly(
                        "the providers cpu,cpu name one twice",
                        "the option device_id is set by the device: set that to cuda:N instead");
    }
}
