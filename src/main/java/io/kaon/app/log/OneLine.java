package io.kaon.app.log;

import io.quarkus.logging.LoggingFilter;
import java.util.HexFormat;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;

/// Keeps each event on one line, apart from its stack trace: it passes every event, and changes the text of those that
/// hold line feeds or other control characters.
///
/// Engines report failures on several lines, and clients choose names of models and values of headers: without this, a
/// client could write a line that looks like one of the server's, or change the terminal that shows it.
@LoggingFilter(name = OneLine.NAME)
public final class OneLine implements Filter {
    /// How `application.properties` refers to it.
    static final String NAME = "one-line";

    /// What stands in place of the end of a line.
    private static final String BETWEEN = " | ";

    /// A message with its parameters in it.
    private static final ExtFormatter MESSAGE = new PatternFormatter("%s");

    private static final Pattern LINE_ENDS = Pattern.compile("\\s*[\\n\\r\\u0085\\u2028\\u2029]\\s*");

    /// Causes of causes; a chain that is longer is cut.
    private static final int DEEPEST = 32;

    @Override
    public boolean isLoggable(LogRecord event) {
        if (event instanceof ExtLogRecord record) {
            String text = MESSAGE.format(record);
            if (!isPlain(text)) {
                record.setMessage(of(text), FormatStyle.NO_FORMAT);
            }
        }
        Throwable thrown = event.getThrown();
        if (thrown != null && !isPlain(thrown, DEEPEST)) {
            event.setThrown(new Cleaned(thrown, DEEPEST));
        }
        return true;
    }

    /// The text on one line, with control characters as `\u001b`.
    static String of(String text) {
        if (isPlain(text)) {
            return text;
        }
        String line = LINE_ENDS.matcher(text.strip()).replaceAll(BETWEEN);
        StringBuilder clean = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (isControl(c)) {
                clean.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                clean.append(c);
            }
        }
        return clean.toString();
    }

    private static boolean isPlain(String text) {
        return text.chars().noneMatch(OneLine::isControl);
    }

    private static boolean isPlain(@Nullable Throwable thrown, int depth) {
        if (thrown == null || depth == 0) {
            return thrown == null;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isPlain(suppressed, depth - 1)) {
                return false;
            }
        }
        return isPlain(String.valueOf(thrown)) && isPlain(thrown.getCause(), depth - 1);
    }

    /// Characters that end lines, steer terminals, or change the direction in which text is shown.
    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT -> true;
            default -> false;
        };
    }

    /// What a stack trace shows of another exception, with that one's texts on one line each.
    private static final class Cleaned extends Exception {
        private static final long serialVersionUID = 1;

        private final String text;

        Cleaned(Throwable original, int depth) {
            super(null, causeOf(original, depth), true, true);
            text = of(String.valueOf(original));
            setStackTrace(original.getStackTrace());
            if (depth > 1) {
                for (Throwable suppressed : original.getSuppressed()) {
                    addSuppressed(new Cleaned(suppressed, depth - 1));
                }
            }
        }

        private static @Nullable Throwable causeOf(Throwable original, int depth) {
            Throwable cause = original.getCause();
            return cause == null || depth <= 1 ? null : new Cleaned(cause, depth - 1);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // it stands for an exception of another class
        public String toString() {
            return text;
        }
    }
}
