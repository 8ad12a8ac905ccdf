package io.kaon.engine.djl;

import io.kaon.engine.djl.archive.ForwardMethod;
import io.kaon.engine.djl.archive.ForwardMethod.Parameter;
import io.kaon.engine.djl.archive.TorchResult;
import io.kaon.engine.djl.declaration.Declaration;
import io.kaon.engine.djl.declaration.DeclaredTensor;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How the declared tensors of a TorchScript model meet its `forward`.
///
/// @param form how inputs are handed over
/// @param arguments the inputs in the order in which `forward` takes them
/// @param outputs what is declared, in the order of the declaration
/// @param places where among the tensors of a result each output stands; of those that have a name there, -1
record TorchBinding(Form form, List<DeclaredTensor> arguments, List<DeclaredTensor> outputs, List<Integer> places) {
    /// How `forward` takes its tensors.
    enum Form {
        ONE_BY_ONE,
        LIST,
        DICTIONARY
    }

    TorchBinding {
        arguments = List.copyOf(arguments);
        outputs = List.copyOf(outputs);
        places = List.copyOf(places);
    }

    /// As Triton does it: by places if the names have them, else by the names of the parameters, else in order.
    ///
    /// @throws ServingException ENGINE_FAILED if the two do not fit each other, with what forward takes and gives
    static TorchBinding of(ForwardMethod forward, Declaration declared) {
        Form form = form(forward);
        List<DeclaredTensor> arguments = switch (form) {
            case ONE_BY_ONE -> inOrder(forward, declared);
            case LIST -> byPlace(declared.inputs(), declared, declared.inputs().size());
            case DICTIONARY -> declared.inputs();
        };
        return new TorchBinding(form, arguments, declared.outputs(), places(forward, declared));
    }

    /// Those parameters that a call has to give.
    static List<Parameter> needed(ForwardMethod forward) {
        List<Parameter> all = forward.parameters();
        int count = all.size();
        while (count > 0
                && all.get(count - 1).hasDefault()
                && !all.get(count - 1).isTensor()) {
            count--;
        }
        return all.subList(0, count);
    }

    static Form form(ForwardMethod forward) {
        List<Parameter> needed = needed(forward);
        if (needed.size() == 1 && needed.getFirst().type().equals(ForwardMethod.LIST)) {
            return Form.LIST;
        }
        if (needed.size() == 1 && needed.getFirst().type().equals(ForwardMethod.DICTIONARY)) {
            return Form.DICTIONARY;
        }
        for (Parameter parameter : needed) {
            if (!parameter.isTensor()) {
                throw ForwardMethod.unsupported("its forward wants " + described(needed)
                        + "; Kaon gives tensors, or one " + ForwardMethod.LIST + " or " + ForwardMethod.DICTIONARY);
            }
        }
        if (needed.isEmpty()) {
            throw ForwardMethod.unsupported("its forward takes no tensor");
        }
        return Form.ONE_BY_ONE;
    }

    private static List<DeclaredTensor> inOrder(ForwardMethod forward, Declaration declared) {
        List<Parameter> needed = needed(forward);
        List<DeclaredTensor> inputs = declared.inputs();
        long least =
                needed.stream().filter(parameter -> !parameter.hasDefault()).count();
        if (inputs.size() < least || inputs.size() > needed.size()) {
            throw misfit(declared, forward);
        }
        if (TensorPlaces.of(inputs) != null) {
            return byPlace(inputs, declared, inputs.size());
        }
        Map<String, DeclaredTensor> named = new HashMap<>();
        inputs.forEach(input -> named.put(input.name(), input));
        List<DeclaredTensor> byName = new ArrayList<>();
        for (Parameter parameter : needed.subList(0, inputs.size())) {
            DeclaredTensor input = named.get(parameter.name());
            if (input != null) {
                byName.add(input);
            }
        }
        return byName.size() == inputs.size() ? byName : inputs;
    }

    private static List<DeclaredTensor> byPlace(List<DeclaredTensor> inputs, Declaration declared, int count) {
        int[] places = TensorPlaces.of(inputs);
        if (places == null) {
            return inputs;
        }
        DeclaredTensor[] ordered = new DeclaredTensor[count];
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= count) {
                throw new ServingException(
                        ErrorKind.ENGINE_FAILED,
                        declared.file() + ": input `" + inputs.get(i).name() + "`: expected places from 0 to "
                                + (count - 1));
            }
            ordered[places[i]] = inputs.get(i);
        }
        return Arrays.asList(ordered);
    }

    private static List<Integer> places(ForwardMethod forward, Declaration declared) {
        List<DeclaredTensor> outputs = declared.outputs();
        if (outputs.isEmpty()) {
            throw misfit(declared, forward);
        }
        int[] placed = TensorPlaces.of(outputs);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            int byOrder = placed == null ? i : placed[i];
            int place = switch (forward.result()) {
                case TorchResult.Positions _ -> byOrder;
                case TorchResult.Keys _ -> -1;
                case TorchResult.Fields(List<String> names) -> {
                    int field = names.indexOf(outputs.get(i).name());
                    yield field >= 0 ? field : byOrder;
                }
            };
            if (place >= count(forward.result())) {
                throw misfit(declared, forward);
            }
            places.add(place);
        }
        return places;
    }

    private static int count(TorchResult result) {
        return switch (result) {
            case TorchResult.Positions(int count) -> count;
            case TorchResult.Keys _ -> Integer.MAX_VALUE;
            case TorchResult.Fields(List<String> names) -> names.size();
        };
    }

    private static ServingException misfit(Declaration declared, ForwardMethod forward) {
        return new ServingException(
                ErrorKind.ENGINE_FAILED,
                declared.file() + " does not fit the model: it declares the inputs "
                        + names(declared.inputs()) + " and the outputs " + names(declared.outputs())
                        + ", forward takes (" + described(forward.parameters()) + ") and gives "
                        + switch (forward.result()) {
                            case TorchResult.Positions(int count) ->
                                count == Integer.MAX_VALUE ? "a list of tensors" : count + " tensors";
                            case TorchResult.Keys _ -> "tensors by key";
                            case TorchResult.Fields(List<String> fields) -> "the tensors " + fields;
                        });
    }

    private static List<String> names(List<DeclaredTensor> tensors) {
        return tensors.stream().map(DeclaredTensor::name).toList();
    }

    private static String described(List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter -> parameter.name() + ": " + parameter.type() + (parameter.hasDefault() ? "=…" : ""))
                .collect(Collectors.joining(", "));
    }
}
