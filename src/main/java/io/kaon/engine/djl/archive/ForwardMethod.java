package io.kaon.engine.djl.archive;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a TorchScript model's `forward` takes and gives, as its printed code says.
///
/// @param parameters without `self`
public record ForwardMethod(List<Parameter> parameters, TorchResult result) {
    public static final String TENSOR = "Tensor";
    public static final String DICTIONARY = "Dict[str, Tensor]";
    public static final String LIST = "List[Tensor]";

    private static final Pattern CLASS = Pattern.compile("^class (\\w+)\\((\\w+)\\):\\s*$", Pattern.MULTILINE);
    private static final Pattern NEXT = Pattern.compile("^(?:class|def) ", Pattern.MULTILINE);
    private static final Pattern FIELD = Pattern.compile("^ +(\\w+) : (.+)$", Pattern.MULTILINE);

    /// @param type as the code has it
    /// @param hasDefault whether a call may leave it out
    public record Parameter(String name, String type, boolean hasDefault) {
        public boolean isTensor() {
            return type.equals(TENSOR) || type.equals("Optional[Tensor]");
        }
    }

    public ForwardMethod {
        parameters = List.copyOf(parameters);
    }

    /// @throws ServingException UNSUPPORTED if there is none that Kaon can call, with what it wants or gives
    public static ForwardMethod of(TorchArchive archive) {
        String body = body(archive.sources(), archive.type());
        int at = body == null ? -1 : body.indexOf("  def forward(");
        if (body == null || at < 0) {
            throw unsupported("its class " + archive.type() + " has no method forward");
        }
        int open = body.indexOf('(', at);
        int close = TypeText.closing(body, open);
        int arrow = body.indexOf("->", close);
        int end = arrow < 0 ? -1 : TypeText.end(body, arrow);
        if (close < 0 || end < 0) {
            throw unsupported("its method forward cannot be read");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String parameter : TypeText.parts(body.substring(open + 1, close))) {
            parameters.add(parameter(parameter));
        }
        return new ForwardMethod(
                parameters.subList(Math.min(1, parameters.size()), parameters.size()),
                result(archive.sources(), body.substring(arrow + 2, end).strip()));
    }

    private static Parameter parameter(String text) {
        int equals = text.indexOf('=');
        int colon = text.substring(0, equals < 0 ? text.length() : equals).indexOf(':');
        String type = colon < 0 ? TENSOR : text.substring(colon + 1, equals < 0 ? text.length() : equals);
        String name = text.substring(0, colon >= 0 ? colon : equals >= 0 ? equals : text.length());
        return new Parameter(name.strip(), type.strip(), equals >= 0);
    }

    private static TorchResult result(Map<String, String> sources, String type) {
        if (type.equals(TENSOR)) {
            return new TorchResult.Positions(1);
        }
        if (type.equals(LIST)) {
            return new TorchResult.Positions(Integer.MAX_VALUE);
        }
        if (type.equals(DICTIONARY)) {
            return new TorchResult.Keys();
        }
        if (type.startsWith("Tuple[") && type.endsWith("]")) {
            List<String> parts = TypeText.parts(type.substring("Tuple[".length(), type.length() - 1));
            if (parts.stream().allMatch(TENSOR::equals)) {
                return new TorchResult.Positions(parts.size());
            }
        }
        String named = type.startsWith("__torch__.") ? body(sources, type) : null;
        if (named != null && named.startsWith("NamedTuple")) {
            List<String> fields = new ArrayList<>();
            Matcher field = FIELD.matcher(named);
            while (field.find()) {
                if (!field.group(2).strip().equals(TENSOR)) {
                    throw unsupported("its forward gives " + type + ", whose field " + field.group(1) + " is "
                            + field.group(2).strip());
                }
                fields.add(field.group(1));
            }
            return new TorchResult.Fields(fields);
        }
        throw unsupported("its forward gives " + type + "; Kaon takes Tensor, Tuple[Tensor, …], " + LIST + ", "
                + DICTIONARY + " and NamedTuples of tensors");
    }

    /// What stands in a class, behind what it is derived from; null if there is no such class.
    private static @Nullable String body(Map<String, String> sources, String type) {
        int dot = type.lastIndexOf('.');
        String source = dot < 0 ? null : sources.get(type.substring(0, dot).replace('.', '/') + ".py");
        if (source == null) {
            return null;
        }
        Matcher classes = CLASS.matcher(source);
        while (classes.find()) {
            if (classes.group(1).equals(type.substring(dot + 1))) {
                Matcher next = NEXT.matcher(source);
                int end = next.find(classes.end()) ? next.start() : source.length();
                return classes.group(2) + "\n" + source.substring(classes.end(), end);
            }
        }
        return null;
    }

    public static ServingException unsupported(String why) {
        return new ServingException(ErrorKind.UNSUPPORTED, "the TorchScript model cannot be served: " + why);
    }
}
