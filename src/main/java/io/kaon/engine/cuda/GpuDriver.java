package io.kaon.engine.cuda;

import java.util.List;

/// NVIDIA's driver, as far as it was found.
public sealed interface GpuDriver {
    /// There is none, or it does not answer.
    ///
    /// @param why as a part of a sentence
    record Absent(String why) implements GpuDriver {}

    /// It answers.
    ///
    /// @param version its own, for example `580.65.06`
    /// @param cuda the newest version of CUDA that it runs, for example 13000 for 13.0
    /// @param visible the GPUs that this process may see, in the order in which CUDA counts them
    record Present(String version, int cuda, List<Gpu> visible) implements GpuDriver {
        public Present {
            visible = List.copyOf(visible);
        }

        /// Of CUDA.
        public int major() {
            return cuda / 1000;
        }

        /// CUDA's version as people write it.
        public String cudaText() {
            return cuda / 1000 + "." + cuda % 1000 / 10;
        }
    }
}
