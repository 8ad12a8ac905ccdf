package io.kaon.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a model is to be computed, as the operator says it.
public sealed interface Device {
    /// How it is written: what [#parse] reads.
    String FORMS = "auto, cpu, cuda or cuda:N";

    Device AUTO = new Auto();
    Device CPU = new Cpu();

    /// On a GPU if the engine, the machine and the model allow it, on the processor otherwise; the session says why.
    record Auto() implements Device {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /// On the processor.
    record Cpu() implements Device {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /// On this GPU, or not at all.
    ///
    /// @param index as CUDA counts those that it may see, from 0
    record Cuda(int index) implements Device {
        public Cuda {
            if (index < 0) {
                throw new IllegalArgumentException("cuda:" + index + ": expected a number from 0");
            }
        }

        @Override
        public String toString() {
            return "cuda:" + index;
        }
    }

    /// @throws IllegalArgumentException that says what was expected
    static Device parse(String text) {
        Matcher cuda = Pattern.compile("cuda(?::([0-9]{1,4}))?").matcher(text);
        if (cuda.matches()) {
            return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text) {
            case "auto" -> AUTO;
            case "cpu" -> CPU;
            default -> throw new IllegalArgumentException("expected " + FORMS + ", got \"" + text + "\"");
        };
    }
}
