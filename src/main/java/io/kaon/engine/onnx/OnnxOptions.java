package io.kaon.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.CoreMLFlags;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.kaon.engine.EngineSettings;
import java.util.EnumSet;
import java.util.Map;

/// Makes ONNX Runtime's options of a session.
final class OnnxOptions {
    private static final String DEVICE = "device_id";

    private OnnxOptions() {}

    static OrtSession.SessionOptions of(EngineSettings settings, SessionPlan plan) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(settings.interOpThreads());
            options.setExecutionMode(
                    settings.interOpThreads() > 1
                            ? OrtSession.SessionOptions.ExecutionMode.PARALLEL
                            : OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            for (ProviderChoice choice : plan.providers()) {
                add(options, choice);
            }
            return options;
        } catch (OrtException | RuntimeException | Error e) {
            options.close();
            throw e;
        }
    }

    private static void add(OrtSession.SessionOptions options, ProviderChoice choice) throws OrtException {
        Map<String, String> told = choice.options();
        switch (choice.provider()) {
            case CPU -> options.addCPU(true);
            case CUDA -> addCuda(options, told);
            case TENSORRT -> addTensorrt(options, told);
            case ROCM -> options.addROCM(Integer.parseInt(told.getOrDefault(DEVICE, "0")));
            case DNNL -> options.addDnnl(true);
            case OPENVINO -> options.addOpenVINO("");
            case XNNPACK -> options.addXnnpack(told);
            case COREML -> options.addCoreML(EnumSet.noneOf(CoreMLFlags.class));
            case NNAPI -> options.addNnapi();
            case DIRECTML -> options.addDirectML(0);
            case ACL -> options.addACL(false);
            case QNN -> options.addQnn(told);
            case WEBGPU -> options.addWebGPU(told);
        }
    }

    private static void addCuda(OrtSession.SessionOptions options, Map<String, String> told) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
            for (Map.Entry<String, String> option : told.entrySet()) {
                cuda.add(option.getKey(), option.getValue());
            }
            options.addCUDA(cuda);
        }
    }

    private static void addTensorrt(OrtSession.SessionOptions options, Map<String, String> told) throws OrtException {
        try (OrtTensorRTProviderOptions tensorrt = new OrtTensorRTProviderOptions()) {
            for (Map.Entry<String, String> option : told.entrySet()) {
                tensorrt.add(option.getKey(), option.getValue());
            }
            options.addTensorrt(tensorrt);
        }
    }
}
