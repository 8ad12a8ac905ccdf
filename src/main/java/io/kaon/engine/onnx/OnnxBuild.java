package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.kaon.engine.Device;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.cuda.CudaProblems;
import io.kaon.engine.cuda.Gpus;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/// The build of ONNX Runtime that this process has loaded: which execution providers it has, and what they find here.
final class OnnxBuild {
    private static final String CUDNN = "enable_cudnn";

    /// Set in a native executable and while one is built. What is asked of a GPU's driver is not built into it.
    private static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    private OnnxBuild() {}

    /// Where a session with these settings is to be computed. A build for the processor asks nothing of the machine.
    ///
    /// @throws io.kaon.model.ServingException UNSUPPORTED, with the reason, if what was asked for cannot be had
    static SessionPlan plan(OrtEnvironment environment, EngineSettings settings) {
        if (isOrdinary(settings)) {
            return SessionPlan.ORDINARY;
        }
        return SessionPlan.of(
                settings,
                providers(),
                (providers, device) -> check(environment, settings).problems(providers, device));
    }

    /// Whether there is nothing to find out. Not by a switch over types, for which the JVM makes classes in each start.
    private static boolean isOrdinary(EngineSettings settings) {
        boolean asks = !settings.providers().providers().isEmpty() || settings.device() instanceof Device.Cuda;
        return !asks
                && (settings.device() instanceof Device.Cpu
                        || EXECUTABLE
                        || !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));
    }

    private static CudaCheck check(OrtEnvironment environment, EngineSettings settings) {
        String folder = System.getProperty(OnnxLibrary.PLACE);
        String library = environment.getVersion();
        return new CudaCheck(
                Objects.requireNonNullElse(OrtEnvironment.class.getPackage().getImplementationVersion(), library),
                library,
                folder == null ? null : Path.of(folder),
                "0".equals(settings.providers().cuda().options().get(CUDNN)),
                Gpus.HERE::driver,
                CudaProblems::loads);
    }

    private static Set<ExecutionProvider> providers() {
        Set<ExecutionProvider> known = EnumSet.noneOf(ExecutionProvider.class);
        for (OrtProvider provider : OrtEnvironment.getAvailableProviders()) {
            switch (provider) {
                case CPU -> known.add(ExecutionProvider.CPU);
                case CUDA -> known.add(ExecutionProvider.CUDA);
                case TENSOR_RT -> known.add(ExecutionProvider.TENSORRT);
                case ROCM -> known.add(ExecutionProvider.ROCM);
                case DNNL -> known.add(ExecutionProvider.DNNL);
                case OPEN_VINO -> known.add(ExecutionProvider.OPENVINO);
                case XNNPACK -> known.add(ExecutionProvider.XNNPACK);
                case CORE_ML -> known.add(ExecutionProvider.COREML);
                case NNAPI -> known.add(ExecutionProvider.NNAPI);
                case DIRECT_ML -> known.add(ExecutionProvider.DIRECTML);
                case ACL -> known.add(ExecutionProvider.ACL);
                case QNN -> known.add(ExecutionProvider.QNN);
                case WEBGPU -> known.add(ExecutionProvider.WEBGPU);
                // The Java interface has no way to ask for them.
                case VITIS_AI, RK_NPU, MI_GRAPH_X, AZURE -> {}
            }
        }
        if (EXECUTABLE) {
            known.removeIf(ExecutionProvider::isCuda);
        }
        return known;
    }
}
