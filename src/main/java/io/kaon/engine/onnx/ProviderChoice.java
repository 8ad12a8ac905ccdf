package io.kaon.engine.onnx;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.ProviderSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/// An execution provider of a session, and what it is told, in ONNX Runtime's own words.
record ProviderChoice(ExecutionProvider provider, Map<String, String> options) {
    private static final String DEVICE = "device_id";
    private static final String CUDA_GRAPH = "enable_cuda_graph";
    private static final String TENSORRT_GRAPH = "trt_cuda_graph_enable";

    /// @param device as CUDA counts, for those that need to know
    static ProviderChoice of(ExecutionProvider provider, ProviderSettings settings, int device) {
        return new ProviderChoice(
                provider,
                switch (provider) {
                    case CUDA -> cuda(settings.cuda(), device);
                    case TENSORRT -> with(Map.of(DEVICE, Integer.toString(device)), settings.tensorrt());
                    case ROCM -> Map.of(DEVICE, Integer.toString(device));
                    case CPU, DNNL, OPENVINO, XNNPACK, COREML, NNAPI, DIRECTML, ACL, QNN, WEBGPU -> Map.of();
                });
    }

    private static Map<String, String> cuda(CudaSettings settings, int device) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(DEVICE, Integer.toString(device));
        settings.memoryLimit().ifPresent(bytes -> options.put("gpu_mem_limit", Long.toString(bytes)));
        settings.arena()
                .ifPresent(growth -> options.put(
                        "arena_extend_strategy",
                        switch (growth) {
                            case NEXT_POWER_OF_TWO -> "kNextPowerOfTwo";
                            case SAME_AS_REQUESTED -> "kSameAsRequested";
                        }));
        settings.cudnnSearch().ifPresent(search -> options.put("cudnn_conv_algo_search", search.name()));
        settings.tf32().ifPresent(on -> options.put("use_tf32", on ? "1" : "0"));
        if (settings.graphs()) {
            options.put(CUDA_GRAPH, "1");
        }
        return with(options, settings.options());
    }

    /// Whether runs would be recorded and replayed.
    boolean replays() {
        return isOn(CUDA_GRAPH) || isOn(TENSORRT_GRAPH);
    }

    /// In a form for the log: `cuda{device_id=0}`.
    @Override
    public String toString() {
        return options.isEmpty() ? provider.text() : provider.text() + options;
    }

    private boolean isOn(String option) {
        String value = options.getOrDefault(option, "0");
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    private static Map<String, String> with(Map<String, String> options, Map<String, String> further) {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.putAll(further);
        return all;
    }
}
