package io.kaon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class VisibleDevicesTest {
    private static final List<Gpu> ALL = List.of(gpu("GPU-aa11"), gpu("GPU-ab22"), gpu("GPU-cc33"));

    private static Gpu gpu(String uuid) {
        return new Gpu("NVIDIA H200", uuid);
    }

    @Test
    void areAllWhereNothingIsSaid() {
        assertThat(VisibleDevices.of(null, ALL)).containsExactly(0, 1, 2);
    }

    @Test
    void areThoseThatAreNamedInThatOrder() {
        assertThat(VisibleDevices.of("2,0", ALL)).containsExactly(2, 0);
        assertThat(VisibleDevices.of("GPU-cc, GPU-ab22", ALL)).containsExactly(2, 1);
    }

    @Test
    void endAtTheFirstNameThatFitsNone() {
        assertThat(VisibleDevices.of("1,7,0", ALL)).containsExactly(1);
        assertThat(VisibleDevices.of("0,0,1", ALL)).containsExactly(0);
        assertThat(VisibleDevices.of("-1", ALL)).isEmpty();
        assertThat(VisibleDevices.of("", ALL)).isEmpty();
        assertThat(VisibleDevices.of("NoDevFiles", ALL)).isEmpty();
        assertThat(VisibleDevices.of("GPU-zz", ALL)).isEmpty();
    }
}
