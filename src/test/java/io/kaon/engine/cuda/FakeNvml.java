package io.kaon.engine.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Compiles a small library with the functions of NVIDIA's management library that Kaon calls, and answers of its own.
final class FakeNvml {
    static final String NO_COMPILER = "there is no gcc, which makes the library that this test loads";

    private static final String SOURCE = """
            #include <string.h>
            typedef struct { int number; } device;
            typedef struct { unsigned long long total, free, used; } memory;
            static device devices[DEVICES + 1];
            static int started;
            int nvmlInit_v2(void) { started = INIT == 0; return INIT; }
            const char *nvmlErrorString(int status) { return status == 9 ? "Driver Not Loaded" : "Other"; }
            int nvmlSystemGetDriverVersion(char *text, unsigned int length) {
                if (!started || length < 10) return 1;
                strcpy(text, "580.65.06");
                return 0;
            }
            int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = CUDA; return 0; }
            int nvmlDeviceGetCount_v2(unsigned int *count) { *count = DEVICES; return 0; }
            int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device **handle) {
                if (index >= DEVICES) return 2;
                devices[index].number = index;
                *handle = &devices[index];
                return 0;
            }
            int nvmlDeviceGetName(device *handle, char *text, unsigned int length) {
                strcpy(text, handle->number == 0 ? "Fake H200" : "Fake L4");
                return 0;
            }
            int nvmlDeviceGetUUID(device *handle, char *text, unsigned int length) {
                strcpy(text, handle->number == 0 ? "GPU-aa" : "GPU-bb");
                return 0;
            }
            int nvmlDeviceGetMemoryInfo(device *handle, memory *to) {
                to->total = 1000 + handle->number; to->free = 600; to->used = 400 + handle->number;
                return 0;
            }
            """;

    private FakeNvml() {}

    static boolean canBeMade() {
        try {
            return run("gcc", "--version") == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// @param init what its start returns; 0 for success
    /// @param cuda version that the driver runs
    static Path make(Path folder, int init, int cuda, int devices) throws IOException {
        Path source = Files.writeString(folder.resolve("fake_nvml.c"), SOURCE);
        Path library = folder.resolve("libnvidia-ml.so.1");
        int status = run(
                "gcc",
                "-shared",
                "-fPIC",
                "-Wl,-z,noexecstack",
                "-DINIT=" + init,
                "-DCUDA=" + cuda,
                "-DDEVICES=" + devices,
                "-o",
                library.toString(),
                source.toString());
        if (status != 0) {
            throw new IOException("gcc ended with " + status);
        }
        return library;
    }

    private static int run(String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        try {
            return builder.start().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
