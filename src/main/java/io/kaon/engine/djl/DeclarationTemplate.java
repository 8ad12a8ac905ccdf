package io.kaon.engine.djl;

import io.kaon.engine.djl.archive.ForwardMethod;
import io.kaon.engine.djl.archive.ForwardMethod.Parameter;
import io.kaon.engine.djl.archive.FoundTensor;
import io.kaon.engine.djl.archive.TorchResult;
import io.kaon.engine.djl.declaration.TritonConfig;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/// A `config.pbtxt` for a model that has none, with what its code tells.
final class DeclarationTemplate {
    private DeclarationTemplate() {}

    /// On one line, so that it passes through logs and statuses; the form does not care.
    static String of(ForwardMethod forward, List<FoundTensor> traced) {
        List<String> inputs = switch (TorchBinding.form(forward)) {
            case ONE_BY_ONE ->
                TorchBinding.needed(forward).stream()
                        .filter(parameter -> !parameter.hasDefault())
                        .map(Parameter::name)
                        .toList();
            case LIST -> List.of("input__0");
            case DICTIONARY -> List.of("KEY");
        };
        List<String> outputs = switch (forward.result()) {
            case TorchResult.Positions(int count) ->
                IntStream.range(0, count == Integer.MAX_VALUE ? 1 : count)
                        .mapToObj(place -> "output__" + place)
                        .toList();
            case TorchResult.Keys _ -> List.of("KEY");
            case TorchResult.Fields(List<String> names) -> names;
        };
        boolean known = traced.size() == inputs.size()
                && traced.stream().noneMatch(tensor -> tensor.sizes().isEmpty());
        return "platform: \"pytorch_libtorch\" max_batch_size: 1024 "
                + tensors("input", inputs, known ? traced : List.of()) + " " + tensors("output", outputs, List.of());
    }

    /// @param known what is known of each, with the rows in front; empty if nothing is
    private static String tensors(String field, List<String> names, List<FoundTensor> known) {
        StringJoiner all = new StringJoiner(", ", field + " [ ", " ]");
        for (int i = 0; i < names.size(); i++) {
            String type = known.isEmpty() ? "TYPE_FP32" : known.get(i).declared();
            List<Long> sizes = known.isEmpty() ? List.of(-1L) : known.get(i).sizes();
            List<Long> dims = known.isEmpty() ? sizes : sizes.subList(1, sizes.size());
            all.add("{ name: \"" + names.get(i) + "\" data_type: " + type + " dims: " + dims + " }");
        }
        return all.toString();
    }

    static ServingException missing(String model, ForwardMethod forward, List<FoundTensor> traced) {
        return new ServingException(
                ErrorKind.UNSUPPORTED,
                model + " does not say the types and shapes of its tensors: write them into " + TritonConfig.FILE
                        + " beside it, with your types and sizes in place of these, -1 for any size, and max_batch_size: 0 if"
                        + " the first dimension does not count rows: " + of(forward, traced));
    }
}
