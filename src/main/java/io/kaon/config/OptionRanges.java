package io.kaon.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/// What values options may have, beyond their types. As converters, so that the configuration library collects what
/// they refuse with everything else that is wrong, and names the option. Public because that library makes them;
/// a text of no length is no value.
public final class OptionRanges {
    public static final int LARGEST_PORT = 65535;

    private OptionRanges() {}

    /// A port, or 0 for none.
    public static final class Port implements Converter<Integer> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Integer convert(String text) {
            if (text.isEmpty()) {
                return null;
            }
            int port = number(text, "a port from 0 to " + LARGEST_PORT);
            if (port < 0 || port > LARGEST_PORT) {
                throw refused("a port from 0 to " + LARGEST_PORT, text);
            }
            return port;
        }
    }

    /// A number of things of which there must be one.
    public static final class Count implements Converter<Integer> {
        private static final long serialVersionUID = 1;
        private static final String EXPECTED = "a number that is at least 1";

        @Override
        public @Nullable Integer convert(String text) {
            if (text.isEmpty()) {
                return null;
            }
            int count = number(text, EXPECTED);
            if (count < 1) {
                throw refused(EXPECTED, text);
            }
            return count;
        }
    }

    /// A time that may be nothing.
    public static final class Wait implements Converter<Duration> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Duration convert(String text) {
            if (text.isEmpty()) {
                return null;
            }
            Duration wait = duration(text);
            if (wait.isNegative()) {
                throw refused("a time that is not negative", text);
            }
            return wait;
        }
    }

    /// A time that must be something.
    public static final class Patience implements Converter<Duration> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Duration convert(String text) {
            if (text.isEmpty()) {
                return null;
            }
            Duration patience = duration(text);
            if (!patience.isPositive()) {
                throw refused("a time that is longer than 0", text);
            }
            return patience;
        }
    }

    /// A number of bytes of which there must be one.
    public static final class Bytes implements Converter<MemorySize> {
        private static final long serialVersionUID = 1;
        private static final String EXPECTED = "a size of at least one byte, such as 64M";

        @Override
        public @Nullable MemorySize convert(String text) {
            if (text.isEmpty()) {
                return null;
            }
            MemorySize size;
            try {
                size = new MemorySizeConverter().convert(text);
            } catch (IllegalArgumentException _) {
                throw refused(EXPECTED, text);
            }
            if (size.asLongValue() < 1) {
                throw refused(EXPECTED, text);
            }
            return size;
        }
    }

    private static int number(String text, String expected) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException _) {
            throw refused(expected, text);
        }
    }

    private static Duration duration(String text) {
        try {
            return new DurationConverter().convert(text);
        } catch (IllegalArgumentException _) {
            throw refused("a time such as 500ms, 30s or PT0.0002S", text);
        }
    }

    private static IllegalArgumentException refused(String expected, String text) {
        return new IllegalArgumentException("expected " + expected + ", got \"" + text + "\"");
    }
}
