package io.kaon.kubernetes.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// Writes and reads fields as YAML.
///
/// The library knows YAML 1.2, in which `on` and `1e3` are text where nothing says otherwise; what reads Kubernetes'
/// documents takes them for a boolean and a number. So text that could be either is written between quotes.
public final class YamlText {
    /// What some version of YAML reads as a boolean or as nothing.
    private static final Pattern WORD =
            Pattern.compile("|~|y|n|yes|no|on|off|true|false|null", Pattern.CASE_INSENSITIVE);

    /// What some version of YAML reads as a number or a time.
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\.?\\d.*|[-+]?\\.(inf|nan)", Pattern.CASE_INSENSITIVE);

    private static final DumpSettings WRITTEN = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setDereferenceAliases(true)
            .setSplitLines(false)
            .build();

    private static final DumpSettings JSON = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.FLOW)
            .setMultiLineFlow(true)
            .setDereferenceAliases(true)
            .setSplitLines(false)
            .build();

    private YamlText() {}

    /// One document, which ends with a line feed.
    public static String of(Map<String, Object> fields) {
        return new Dump(WRITTEN, new Quoting(WRITTEN, false)).dumpToString(fields);
    }

    /// As JSON, which every YAML reader reads too.
    public static String json(Map<String, Object> fields) {
        return new Dump(JSON, new Quoting(JSON, true)).dumpToString(fields);
    }

    /// All documents of a text.
    ///
    /// @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException when it is not YAML
    public static List<Map<String, Object>> read(String text) {
        return documents(new Load(LoadSettings.builder().build()).loadAllFromString(text));
    }

    /// All documents of a file that the build carries.
    ///
    /// @throws IllegalStateException when there is no such file: the build is broken
    public static List<Map<String, Object>> resource(String path) {
        try (InputStream file = YamlText.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IllegalStateException("this build lacks " + path);
            }
            return documents(new Load(LoadSettings.builder().build()).loadAllFromInputStream(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The library's maps have any keys; those of Kubernetes' documents are text.
    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> documents(Iterable<Object> read) {
        List<Map<String, Object>> documents = new ArrayList<>();
        read.forEach(document -> documents.add((Map<String, Object>) document));
        return documents;
    }

    private static final class Quoting extends StandardRepresenter {
        private final boolean all;

        /// @param all whether all text is quoted
        Quoting(DumpSettings settings, boolean all) {
            super(settings);
            this.all = all;
            representers.put(String.class, text -> scalar((String) text));
        }

        private Node scalar(String text) {
            if (all) {
                return representScalar(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
            }
            if (text.contains("\n")) {
                return representScalar(Tag.STR, text, ScalarStyle.LITERAL);
            }
            boolean ambiguous =
                    WORD.matcher(text).matches() || NUMBER.matcher(text).matches();
            return representScalar(Tag.STR, text, ambiguous ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN);
        }
    }
}
