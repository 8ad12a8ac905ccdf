package io.kaon.engine.tensorflow;

import io.kaon.engine.Device;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.cuda.CudaProblems;
import io.kaon.engine.cuda.GpuMemory;
import io.kaon.engine.cuda.Gpus;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/// What this build's TensorFlow and this machine have for a session on a GPU. Looked at only where a GPU is wanted, or
/// might be had.
final class TensorflowGpus {
    /// In the library's jar, beside the platform's own name.
    private static final boolean BUILT =
            TensorflowGpus.class.getResource("/org/tensorflow/internal/c_api/linux-x86_64-gpu/libjnitensorflow.so")
                    != null;

    private static final String TENSORFLOW = "TensorFlow 2.18";
    private static final int CUDA = 12;

    /// TensorFlow opens them by these names, and computes on the processor where one is missing.
    private static final List<String> LIBRARIES = List.of(
            "libcudart.so.12",
            "libcublas.so.12",
            "libcublasLt.so.12",
            "libcufft.so.11",
            "libcusolver.so.11",
            "libcusparse.so.12",
            "libcudnn.so.9");

    private static final String GPU = "GPU";

    /// That TensorFlow was told of first: it keeps to it for the process.
    private static OptionalInt mapped = OptionalInt.empty();

    private TensorflowGpus() {}

    static synchronized TensorflowPlace place(EngineSettings settings) {
        if (!BUILT && !(settings.device() instanceof Device.Cuda)) {
            return TensorflowPlace.ORDINARY;
        }
        return TensorflowPlace.of(settings, BUILT, mapped, TensorflowGpus::problems);
    }

    private static List<String> problems(int device) {
        List<String> problems = new ArrayList<>(CudaProblems.ofDriver(Gpus.HERE.driver(), TENSORFLOW, CUDA, device));
        problems.addAll(CudaProblems.ofLibraries(TENSORFLOW, LIBRARIES, CUDA, CudaProblems::loads));
        return problems;
    }

    /// Bytes; 0 if that is unknown.
    static long memoryOf(int device) {
        List<GpuMemory> all = Gpus.HERE.memory();
        return device < all.size() ? all.get(device).total() : 0;
    }

    /// TensorFlow makes a session without the GPU, and a line on stderr, where it does not like one.
    ///
    /// @throws io.kaon.model.ServingException UNSUPPORTED if it was told of one and has not taken it
    static synchronized void requireTaken(TensorflowPlace place, EngineSettings settings, TF_Session session) {
        if (place.gpu() == null) {
            return;
        }
        if (!hasGpu(session)) {
            throw TensorflowPlace.unsupported(
                    settings.device(),
                    List.of("TensorFlow does not take cuda:" + place.gpu()
                            + ": what it has written to stderr says why; kaon.engine.device=cpu does without"));
        }
        mapped = OptionalInt.of(place.gpu());
    }

    private static boolean hasGpu(TF_Session session) {
        TF_Status status = TF_Status.newStatus();
        TF_DeviceList devices = tensorflow.TF_SessionListDevices(session, status);
        try {
            TensorflowErrors.checkLoad(status);
            for (int i = 0; i < tensorflow.TF_DeviceListCount(devices); i++) {
                if (tensorflow.TF_DeviceListType(devices, i, status).getString().equals(GPU)) {
                    return true;
                }
            }
            return false;
        } finally {
            if (devices != null) {
                tensorflow.TF_DeleteDeviceList(devices);
            }
            status.close();
        }
    }
}
