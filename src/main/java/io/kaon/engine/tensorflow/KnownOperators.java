package io.kaon.engine.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpDef.ArgDef;
import org.tensorflow.proto.OpList;

/// The operators that this TensorFlow has. Asked for once per process, after the library has started.
final class KnownOperators {
    /// Not filled in by the class's initializer, which a builder of native executables may run.
    private static Map<String, Integer> taken = Map.of();

    private KnownOperators() {}

    /// How many tensors an operator takes; [MetaGraph#UNKNOWN] if an attribute decides, or if there is no such
    /// operator.
    static synchronized int taken(String operator) {
        if (taken.isEmpty()) {
            taken = ask();
        }
        return taken.getOrDefault(operator, MetaGraph.UNKNOWN);
    }

    private static Map<String, Integer> ask() {
        Map<String, Integer> taken = new HashMap<>();
        try (TF_Buffer all = tensorflow.TF_GetAllOpList()) {
            for (OpDef operator :
                    OpList.parseFrom(all.dataAsByteBuffer().slice()).getOpList()) {
                taken.put(
                        operator.getName(),
                        operator.getInputArgList().stream().allMatch(KnownOperators::isOneTensor)
                                ? operator.getInputArgCount()
                                : MetaGraph.UNKNOWN);
            }
            return taken;
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("TensorFlow's list of operators", impossible);
        }
    }

    private static boolean isOneTensor(ArgDef argument) {
        return argument.getNumberAttr().isEmpty() && argument.getTypeListAttr().isEmpty();
    }
}
