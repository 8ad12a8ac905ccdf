package io.kaon.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a server's processor time is spent on, from the stacks that a profiler saw.
///
/// @param samples how many of each
record WhereTimeGoes(Map<Part, Long> samples) {

    /// The parts. A stack belongs to the first whose pattern is found in it.
    enum Part {
        COMPILER("compiler", "^\\[C[12] Compiler"),
        COLLECTOR("collector", "^\\[(G1|GC|VM) "),
        ENGINE("ONNX Runtime", "ai/onnxruntime/"),
        WRITE("write", "SocketDispatcher\\.writev?0"),
        READ("read", "SocketDispatcher\\.readv?0"),
        WAIT("waiting for sockets", "EPoll\\.wait"),
        JSON("JSON", "io/kaon/protocol/json/"),
        PROTOBUF("protobuf", "com/google/protobuf/"),
        /// Ours, and what of the JDK and of native code it calls, up to where it calls other code.
        KAON("the rest of Kaon", "io/kaon/[^;]*(;(java|jdk|sun)/[^;]*|;[^;/]*)*$"),
        OTHERS("Netty, Vert.x, gRPC and the framework", "");

        private final String text;
        private final Pattern pattern;

        Part(String text, String pattern) {
            this.text = text;
            this.pattern = Pattern.compile(pattern);
        }
    }

    /// @param stacks lines of `[thread];outermost;...;innermost count`
    static WhereTimeGoes of(List<String> stacks) {
        Map<Part, Long> samples = new EnumMap<>(Part.class);
        for (String stack : stacks) {
            int end = stack.lastIndexOf(' ');
            samples.merge(part(stack.substring(0, end)), Long.parseLong(stack.substring(end + 1)), Long::sum);
        }
        return new WhereTimeGoes(samples);
    }

    private static Part part(String frames) {
        for (Part part : Part.values()) {
            if (part.pattern.matcher(frames).find()) {
                return part;
            }
        }
        throw new IllegalStateException("the last pattern is in everything");
    }

    /// The shares in percent, the largest first.
    String text() {
        double all = samples.values().stream().mapToLong(Long::longValue).sum();
        return samples.entrySet().stream()
                .sorted(Map.Entry.<Part, Long>comparingByValue().reversed())
                .map(part -> String.format(Locale.ROOT, "%s %.1f %%", part.getKey().text, 100 * part.getValue() / all))
                .collect(Collectors.joining(", "));
    }
}
