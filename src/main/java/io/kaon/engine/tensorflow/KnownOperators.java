package io.kaon.engine.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpDef.ArgDef;
import org.tensorflow.proto.OpList;

/// The operators that this TensorFlow has. Asked for once per process, after the library has started.
final class KnownOperators {
    /// @param inputCount how many tensors it takes; [MetaGraph#UNKNOWN] if an attribute decides
    /// @param counts its attributes that say how many tensors it takes or gives
    /// @param effect whether TensorFlow calls it stateful, or it takes a reference to a variable
    private record Known(int inputCount, Set<String> counts, boolean effect) {}

    private static final Known UNKNOWN = new Known(MetaGraph.UNKNOWN, Set.of(), true);

    /// Not filled in by the class's initializer, which a builder of native executables may run.
    private static Map<String, Known> known = Map.of();

    private KnownOperators() {}

    /// How many tensors an operator takes; [MetaGraph#UNKNOWN] if an attribute decides, or if there is no such
    /// operator.
    static int inputCount(String operator) {
        return known(operator).inputCount;
    }

    /// The names of an operator's attributes that say how many tensors it takes or gives.
    static Set<String> counts(String operator) {
        return known(operator).counts;
    }

    /// Whether an operator may do something beside computing its result; true if there is no such operator.
    static boolean mayHaveEffect(String operator) {
        return known(operator).effect;
    }

    /// Whether there is such an operator.
    static boolean isKnown(String operator) {
        return all().containsKey(operator);
    }

    private static Known known(String operator) {
        return all().getOrDefault(operator, UNKNOWN);
    }

    private static synchronized Map<String, Known> all() {
        if (known.isEmpty()) {
            known = ask();
        }
        return known;
    }

    private static Map<String, Known> ask() {
        Map<String, Known> known = new HashMap<>();
        try (TF_Buffer all = tensorflow.TF_GetAllOpList()) {
            for (OpDef operator :
                    OpList.parseFrom(all.dataAsByteBuffer().slice()).getOpList()) {
                List<ArgDef> inputs = operator.getInputArgList();
                boolean plain = inputs.stream().allMatch(KnownOperators::isOneTensor);
                known.put(
                        operator.getName(),
                        new Known(
                                plain ? inputs.size() : MetaGraph.UNKNOWN,
                                Stream.concat(inputs.stream(), operator.getOutputArgList().stream())
                                        .map(ArgDef::getNumberAttr)
                                        .filter(attribute -> !attribute.isEmpty())
                                        .collect(Collectors.toUnmodifiableSet()),
                                operator.getIsStateful() || inputs.stream().anyMatch(ArgDef::getIsRef)));
            }
            return known;
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("TensorFlow's list of operators", impossible);
        }
    }

    private static boolean isOneTensor(ArgDef argument) {
        return argument.getNumberAttr().isEmpty() && argument.getTypeListAttr().isEmpty();
    }
}
