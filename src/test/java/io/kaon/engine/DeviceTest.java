package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
    @ParameterizedTest
    @CsvSource({"auto,auto", "cpu,cpu", "cuda,cuda:0", "cuda:0,cuda:0", "cuda:15,cuda:15"})
    void readsWhatItWrites(String text, String written) {
        assertThat(Device.parse(text)).hasToString(written);
        assertThat(Device.parse(written)).isEqualTo(Device.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:x", "cuda:12345", "cpu:0", " cpu"})
    void refusesWhatIsNoneAndSaysWhatWasExpected(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.parse(text))
                .withMessage("expected auto, cpu, cuda or cuda:N, got \"" + text + "\"");
    }

    @Test
    void hasNoDeviceBelowZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Device.Cuda(-1));
    }
}
