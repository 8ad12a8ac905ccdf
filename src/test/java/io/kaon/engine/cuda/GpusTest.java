package io.kaon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a library that is loaded and called as NVIDIA's would be.
final class GpusTest {
    @TempDir
    Path folder;

    private Path library(int init, int cuda, int devices) throws IOException {
        assumeTrue(FakeNvml.canBeMade(), FakeNvml.NO_COMPILER);
        return FakeNvml.make(folder, init, cuda, devices);
    }

    @Test
    void tellTheDriverAndItsDevices() throws IOException {
        Gpus gpus = new Gpus(library(0, 13000, 2).toString(), null);
        assertThat(gpus.driver()).isInstanceOfSatisfying(GpuDriver.Present.class, driver -> {
            assertThat(driver.version()).isEqualTo("580.65.06");
            assertThat(driver.cudaText()).isEqualTo("13.0");
            assertThat(driver.major()).isEqualTo(13);
            assertThat(driver.visible()).containsExactly(new Gpu("Fake H200", "GPU-aa"), new Gpu("Fake L4", "GPU-bb"));
        });
    }

    @Test
    void countDevicesAsCudaDoes() throws IOException {
        Gpus gpus = new Gpus(library(0, 12040, 2).toString(), "1,0");
        assertThat(gpus.memory())
                .containsExactly(
                        new GpuMemory("cuda:0", "Fake L4", 1001, 600, 401),
                        new GpuMemory("cuda:1", "Fake H200", 1000, 600, 400));
        assertThat(gpus.driver()).isInstanceOfSatisfying(GpuDriver.Present.class, driver -> {
            assertThat(driver.cudaText()).isEqualTo("12.4");
            assertThat(driver.visible()).first().isEqualTo(new Gpu("Fake L4", "GPU-bb"));
        });
    }

    @Test
    void sayWhatTheDriverSaysWhereItIsNotLoaded() throws IOException {
        Gpus gpus = new Gpus(library(9, 12040, 1).toString(), null);
        assertThat(gpus.driver()).isEqualTo(new GpuDriver.Absent("nvmlInit_v2 fails: Driver Not Loaded (9)"));
        assertThat(gpus.memory()).isEmpty();
    }

    @Test
    void sayThatThereIsNoLibraryOrAnotherOne() throws IOException {
        assertThat(new Gpus("libkaon-has-no-such-library.so.1", null).driver())
                .isEqualTo(new GpuDriver.Absent("libkaon-has-no-such-library.so.1 cannot be loaded"));
        Path text = Files.writeString(folder.resolve("libnvidia-ml.so.1"), "text");
        assertThat(new Gpus(text.toString(), null).memory()).isEmpty();
    }
}
